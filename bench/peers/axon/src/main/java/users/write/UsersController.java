package users.write;

import java.net.URI;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/users")
class UsersController {

    record NewUser(String name, String email) {
    }

    record CreatedUser(String id) {
    }

    private final CommandGateway commands;

    UsersController(CommandGateway commands) {
        this.commands = commands;
    }

    @PostMapping
    CompletableFuture<ResponseEntity<CreatedUser>> create(@RequestBody NewUser user) {
        String id = UUID.randomUUID().toString();
        return commands.send(new CreateUser(id, user.name(), user.email()))
                .thenApply(done -> ResponseEntity.created(URI.create("/users/" + id)).body(new CreatedUser(id)));
    }

    @ExceptionHandler({EmailAlreadyTaken.class, DataIntegrityViolationException.class})
    @ResponseStatus(HttpStatus.CONFLICT)
    void emailAlreadyTaken() {
    }
}
