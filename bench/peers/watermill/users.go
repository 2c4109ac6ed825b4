package main

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"github.com/ThreeDotsLabs/watermill"
	"github.com/ThreeDotsLabs/watermill-sql/v4/pkg/sql"
	"github.com/ThreeDotsLabs/watermill/components/forwarder"
	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

const uniqueViolation = "23505"

var errEmailAlreadyTaken = errors.New("email already taken")

type userCreated struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Email   string `json:"email"`
	Version int    `json:"version"`
}

type users struct {
	db     *pgxpool.Pool
	topic  string
	logger watermill.LoggerAdapter
}

func routes(u *users) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /users", u.create)
	return mux
}

func (u *users) create(w http.ResponseWriter, r *http.Request) {
	user := userCreated{ID: uuid.NewString(), Version: 1}
	var body struct{ Name, Email string }
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	user.Name, user.Email = body.Name, body.Email
	if err := u.store(r.Context(), user); err != nil {
		status := http.StatusInternalServerError
		if errors.Is(err, errEmailAlreadyTaken) {
			status = http.StatusConflict
		}
		http.Error(w, err.Error(), status)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Location", "/users/"+user.ID)
	w.WriteHeader(http.StatusCreated)
	_ = json.NewEncoder(w).Encode(map[string]any{"id": user.ID, "version": user.Version})
}

// store writes the state and the event that tells of it in one transaction.
func (u *users) store(ctx context.Context, user userCreated) error {
	return pgx.BeginFunc(ctx, u.db, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "insert into users (id, name, email, version) values ($1, $2, $3, $4)",
			user.ID, user.Name, user.Email, user.Version)
		var refused *pgconn.PgError
		if errors.As(err, &refused) && refused.Code == uniqueViolation {
			return errEmailAlreadyTaken
		}
		if err != nil {
			return err
		}
		return u.publish(ctx, tx, user)
	})
}

func (u *users) publish(ctx context.Context, tx pgx.Tx, user userCreated) error {
	outbox, err := sql.NewPublisher(sql.TxFromPgx(tx), sql.PublisherConfig{SchemaAdapter: sql.DefaultPostgreSQLSchema{}}, u.logger)
	if err != nil {
		return err
	}
	publisher := forwarder.NewPublisher(outbox, forwarder.PublisherConfig{ForwarderTopic: outboxTopic})
	payload, err := json.Marshal(user)
	if err != nil {
		return err
	}
	msg := message.NewMessage(watermill.NewUUID(), payload)
	msg.SetContext(ctx)
	msg.Metadata.Set(keyMetadata, user.ID)
	return publisher.Publish(u.topic, msg)
}
