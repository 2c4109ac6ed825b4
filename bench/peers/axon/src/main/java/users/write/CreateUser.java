package users.write;

import org.axonframework.modelling.command.TargetAggregateIdentifier;

public record CreateUser(@TargetAggregateIdentifier String id, String name, String email) {
}
