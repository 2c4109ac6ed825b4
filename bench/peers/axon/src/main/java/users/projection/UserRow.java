package users.projection;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Index;
import jakarta.persistence.PostPersist;
import jakarta.persistence.Table;
import jakarta.persistence.Transient;
import org.springframework.data.domain.Persistable;

/** A user as readers see it. A new one is inserted without being looked for. */
@Entity
@Table(name = "users", indexes = @Index(columnList = "email"))
public class UserRow implements Persistable<String> {

    @Id
    private String id;

    private String name;

    private String email;

    private long version;

    @Transient
    private boolean isNew = true;

    protected UserRow() {
        isNew = false;
    }

    public UserRow(String id, String name, String email, long version) {
        this.id = id;
        this.name = name;
        this.email = email;
        this.version = version;
    }

    @Override
    public String getId() {
        return id;
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
