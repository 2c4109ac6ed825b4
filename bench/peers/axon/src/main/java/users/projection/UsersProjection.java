package users.projection;

import org.axonframework.config.ProcessingGroup;
import org.axonframework.eventhandling.EventHandler;
import org.axonframework.eventhandling.SequenceNumber;
import org.springframework.stereotype.Component;
import users.UserCreated;

@Component
@ProcessingGroup("users")
class UsersProjection {

    private final UserRowRepository users;

    UsersProjection(UserRowRepository users) {
        this.users = users;
    }

    @EventHandler
    void on(UserCreated event, @SequenceNumber long version) {
        users.save(new UserRow(event.id(), event.name(), event.email(), version));
    }
}
