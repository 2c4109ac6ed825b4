package users.write;

import static org.axonframework.modelling.command.AggregateLifecycle.apply;

import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.spring.stereotype.Aggregate;
import users.UserCreated;

@Aggregate
public class User {

    @AggregateIdentifier
    private String id;

    protected User() {
    }

    @CommandHandler
    public User(CreateUser command, EmailRepository emails) {
        if (emails.existsById(command.email())) {
            throw new EmailAlreadyTaken();
        }
        apply(new UserCreated(command.id(), command.name(), command.email()));
    }

    @EventSourcingHandler
    void on(UserCreated event) {
        id = event.id();
    }
}
