// Package mongo is the store engine of production, on the official driver: one MongoDB
// collection a collection, one document a record, written with majority and one at a
// time. Several portals may share a database.
package mongo

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readconcern"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/connstring"

	"liangcheng/app/store"
)

// Engine is a store.Engine on one MongoDB database.
type Engine struct {
	client *mongo.Client
	db     *mongo.Database

	mu    sync.RWMutex
	specs map[string]store.Spec
}

// How long calls may take. A server that does not answer must not hold a page for long;
// a collection of a million records takes minutes to get its first indexes.
const (
	callTimeout  = 5 * time.Second
	bulkTimeout  = time.Minute
	openTimeout  = 20 * time.Minute
	poolSize     = 64
	idleTimeout  = 5 * time.Minute
	usualName    = "portal" // of the database, where the address names none
	heartbeatKey = "heartbeat"
)

// ownState is the engine's own collection. No collection of the product has a name with
// an underscore first.
const ownState = "_state"

// Open connects to the database the address names. A server that cannot be reached, or
// that refuses the name and password, is a *ConnectError.
func Open(ctx context.Context, uri string) (*Engine, error) { return open(ctx, uri, "") }

// open takes a database by name, or the one of the address.
func open(ctx context.Context, uri, name string) (*Engine, error) {
	cs, err := connstring.ParseAndValidate(uri)
	if err != nil {
		return nil, &ConnectError{Cause: err}
	}
	o := options.Client().
		SetAppName("portal").
		SetReadConcern(readconcern.Majority()).
		SetWriteConcern(writeconcern.Majority()).
		SetServerSelectionTimeout(callTimeout).
		SetConnectTimeout(callTimeout).
		SetMaxPoolSize(poolSize).
		SetMaxConnIdleTime(idleTimeout).
		ApplyURI(uri) // what the address says wins
	client, err := mongo.Connect(o)
	if err != nil {
		return nil, &ConnectError{Hosts: cs.Hosts, Cause: err}
	}
	name = cmp.Or(name, cs.Database, usualName)
	e := &Engine{client: client, db: client.Database(name), specs: map[string]store.Spec{}}
	if err := e.Ping(ctx); err != nil {
		return nil, &ConnectError{Hosts: cs.Hosts, Cause: errors.Join(err, e.Close())}
	}
	return e, nil
}

// Server names the server and its version, for people who look after it.
func (e *Engine) Server(ctx context.Context) (string, error) {
	var info struct {
		Version string `bson:"version"`
	}
	err := e.bounded(ctx, callTimeout, func(ctx context.Context) error {
		return e.db.RunCommand(ctx, bson.D{{Key: "buildInfo", Value: 1}}).Decode(&info)
	})
	if err != nil {
		return "", fmt.Errorf("mongo.Server: %w", err)
	}
	return "MongoDB " + info.Version, nil
}

// Exclusive is false: other portals may write to the same database.
func (e *Engine) Exclusive() bool { return false }

// Now is the clock of the server.
func (e *Engine) Now(ctx context.Context) (time.Time, error) {
	var hello struct {
		LocalTime time.Time `bson:"localTime"`
	}
	err := e.bounded(ctx, callTimeout, func(ctx context.Context) error {
		err := e.db.RunCommand(ctx, bson.D{{Key: "hello", Value: 1}}).Decode(&hello)
		if hasCode(err, codeCommandNotFound) { // its name on older servers
			err = e.db.RunCommand(ctx, bson.D{{Key: "isMaster", Value: 1}}).Decode(&hello)
		}
		return err
	})
	if err != nil {
		return time.Time{}, fmt.Errorf("mongo.Now: %w", err)
	}
	return hello.LocalTime.UTC(), nil
}

// Ping writes a heartbeat with majority, so that a database that only reads shows.
func (e *Engine) Ping(ctx context.Context) error {
	err := e.bounded(ctx, callTimeout, func(ctx context.Context) error {
		_, err := e.db.Collection(ownState).UpdateOne(ctx, bson.D{{Key: "_id", Value: heartbeatKey}},
			bson.D{{Key: "$currentDate", Value: bson.D{{Key: "at", Value: true}}}}, options.UpdateOne().SetUpsert(true))
		if mongo.IsDuplicateKeyError(err) {
			return nil // another portal wrote the first heartbeat at the same moment
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("mongo.Ping: %w", err)
	}
	return nil
}

// Close ends the connections.
func (e *Engine) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), callTimeout)
	defer cancel()
	return e.client.Disconnect(ctx)
}

// coll returns a collection and what Open declared of it.
func (e *Engine) coll(name string) (*mongo.Collection, store.Spec, error) {
	e.mu.RLock()
	defer e.mu.RUnlock()
	spec, ok := e.specs[name]
	if !ok {
		return nil, spec, fmt.Errorf("collection %q: %w", name, store.ErrUndeclared)
	}
	return e.db.Collection(name), spec, nil
}

// bounded gives a call its deadline and turns its failure into an error of the store.
func (e *Engine) bounded(ctx context.Context, most time.Duration, call func(ctx context.Context) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	inner, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	return failure(ctx, inner, call(inner))
}
