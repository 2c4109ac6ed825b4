package users.projection;

import org.springframework.data.jpa.repository.JpaRepository;

public interface UserRowRepository extends JpaRepository<UserRow, String> {
}
