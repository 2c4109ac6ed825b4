package users.write;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.PostPersist;
import jakarta.persistence.Table;
import jakarta.persistence.Transient;
import org.springframework.data.domain.Persistable;

/** That an email is taken. */
@Entity
@Table(name = "emails")
public class Email implements Persistable<String> {

    @Id
    private String email;

    private String userId;

    @Transient
    private boolean isNew = true;

    protected Email() {
        isNew = false;
    }

    public Email(String email, String userId) {
        this.email = email;
        this.userId = userId;
    }

    @Override
    public String getId() {
        return email;
    }

    @Override
    public boolean isNew() {
        return isNew;
    }

    @PostPersist
    void persisted() {
        isNew = false;
    }
}
