package main

import (
	"github.com/IBM/sarama"
	"github.com/ThreeDotsLabs/watermill"
	"github.com/ThreeDotsLabs/watermill-kafka/v3/pkg/kafka"
	"github.com/ThreeDotsLabs/watermill-sql/v4/pkg/sql"
	"github.com/ThreeDotsLabs/watermill/components/forwarder"
	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/jackc/pgx/v5/pgxpool"
)

const (
	outboxTopic = "outbox"
	keyMetadata = "user_id"
)

var marshaler = kafka.NewWithPartitioningMarshaler(func(_ string, msg *message.Message) (string, error) {
	return msg.Metadata.Get(keyMetadata), nil
})

// addForwarder moves messages from the outbox to Kafka, in the order in which they were committed.
func addForwarder(router *message.Router, db *pgxpool.Pool, brokers []string, logger watermill.LoggerAdapter) error {
	outbox, err := sql.NewSubscriber(sql.BeginnerFromPgx(db), sql.SubscriberConfig{
		SchemaAdapter:    sql.DefaultPostgreSQLSchema{},
		OffsetsAdapter:   sql.DefaultPostgreSQLOffsetsAdapter{},
		InitializeSchema: true,
	}, logger)
	if err != nil {
		return err
	}
	if err := outbox.SubscribeInitialize(outboxTopic); err != nil {
		return err
	}

	config := kafka.DefaultSaramaSyncPublisherConfig()
	config.Producer.RequiredAcks = sarama.WaitForAll
	publisher, err := kafka.NewPublisher(kafka.PublisherConfig{
		Brokers:               brokers,
		Marshaler:             marshaler,
		OverwriteSaramaConfig: config,
	}, logger)
	if err != nil {
		return err
	}
	_, err = forwarder.NewForwarder(outbox, publisher, logger, forwarder.Config{ForwarderTopic: outboxTopic, Router: router})
	return err
}
