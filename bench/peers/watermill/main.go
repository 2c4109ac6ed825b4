// Command watermill takes users over HTTP, publishes what happened through an outbox, and projects it into rows.
package main

import (
	"context"
	"errors"
	"log"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/ThreeDotsLabs/watermill"
	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/jackc/pgx/v5/pgxpool"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if err := run(ctx); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context) error {
	logger := watermill.NewStdLogger(false, false)
	brokers := strings.Split(os.Getenv("KAFKA_BROKERS"), ",")
	topic := os.Getenv("TOPIC")

	db, err := pgxpool.New(ctx, os.Getenv("DATABASE_URL"))
	if err != nil {
		return err
	}
	defer db.Close()
	if err := migrate(ctx, db); err != nil {
		return err
	}

	router, err := message.NewRouter(message.RouterConfig{}, logger)
	if err != nil {
		return err
	}
	if err := addForwarder(router, db, brokers, logger); err != nil {
		return err
	}
	if err := addProjection(router, db, brokers, topic, logger); err != nil {
		return err
	}

	server := &http.Server{Addr: "127.0.0.1:" + os.Getenv("PORT"), Handler: routes(&users{db, topic, logger})}
	go func() {
		<-router.Running()
		if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
			log.Fatal(err)
		}
	}()
	if err := router.Run(ctx); err != nil {
		return err
	}
	return server.Shutdown(context.Background())
}

func migrate(ctx context.Context, db *pgxpool.Pool) error {
	_, err := db.Exec(ctx, `
		create table if not exists users (
			id uuid primary key, name text not null, email text not null unique, version integer not null
		);
		create table if not exists user_rows (
			id uuid primary key, name text not null, email text not null, version integer not null
		);
		create index if not exists user_rows_email on user_rows (email)`)
	return err
}
