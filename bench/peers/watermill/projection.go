package main

import (
	"encoding/json"

	"github.com/IBM/sarama"
	"github.com/ThreeDotsLabs/watermill"
	"github.com/ThreeDotsLabs/watermill-kafka/v3/pkg/kafka"
	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/jackc/pgx/v5/pgxpool"
)

// addProjection writes a row for each user that Kafka tells of. A repeated message changes nothing.
func addProjection(router *message.Router, db *pgxpool.Pool, brokers []string, topic string, logger watermill.LoggerAdapter) error {
	config := kafka.DefaultSaramaSubscriberConfig()
	config.Consumer.Offsets.Initial = sarama.OffsetOldest
	subscriber, err := kafka.NewSubscriber(kafka.SubscriberConfig{
		Brokers:               brokers,
		Unmarshaler:           marshaler,
		ConsumerGroup:         topic + "-rows",
		OverwriteSaramaConfig: config,
	}, logger)
	if err != nil {
		return err
	}
	router.AddConsumerHandler("user_rows", topic, subscriber, func(msg *message.Message) error {
		var user userCreated
		if err := json.Unmarshal(msg.Payload, &user); err != nil {
			return err
		}
		_, err := db.Exec(msg.Context(), `
			insert into user_rows (id, name, email, version) values ($1, $2, $3, $4)
			on conflict (id) do update
			set name = excluded.name, email = excluded.email, version = excluded.version
			where user_rows.version < excluded.version`,
			user.ID, user.Name, user.Email, user.Version)
		return err
	})
	return nil
}
