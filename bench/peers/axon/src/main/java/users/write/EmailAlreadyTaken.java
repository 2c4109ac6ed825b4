package users.write;

public class EmailAlreadyTaken extends RuntimeException {
}
