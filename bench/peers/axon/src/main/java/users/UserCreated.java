package users;

public record UserCreated(String id, String name, String email) {
}
