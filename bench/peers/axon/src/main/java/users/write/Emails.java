package users.write;

import org.axonframework.config.ProcessingGroup;
import org.axonframework.eventhandling.EventHandler;
import org.springframework.stereotype.Component;
import users.UserCreated;

/** A subscribing processor: it takes the email in the transaction that stores the event. */
@Component
@ProcessingGroup("emails")
class Emails {

    private final EmailRepository emails;

    Emails(EmailRepository emails) {
        this.emails = emails;
    }

    @EventHandler
    void on(UserCreated event) {
        emails.save(new Email(event.email(), event.id()));
    }
}
