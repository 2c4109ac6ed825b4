export type CopyValue = string | number | null;
export type CopyRow = readonly CopyValue[];
