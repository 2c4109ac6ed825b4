package users.projection;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Index;
import jakarta.persistence.Table;

@Entity
@Table(name = "users", indexes = @Index(columnList = "email"))
public class UserRow {

    @Id
    private String id;

    private String name;

    private String email;

    private long version;

    protected UserRow() {
    }

    public UserRow(String id, String name, String email, long version) {
        this.id = id;
        this.name = name;
        this.email = email;
        this.version = version;
    }
}
