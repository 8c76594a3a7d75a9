package mongo

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/topology"

	"liangcheng/app/store"
)

// ConnectError says that the database cannot be used with these settings, and why.
type ConnectError struct {
	Hosts []string
	Cause error
}

func (e *ConnectError) Error() string {
	switch {
	case len(e.Hosts) == 0:
		return fmt.Sprintf("the address of MongoDB is not valid: %v", e.Cause)
	case hasCode(e.Cause, codeUnauthorized, codeAuthenticationFailed):
		return fmt.Sprintf("MongoDB at %s refuses the name and password, or does not let them write", strings.Join(e.Hosts, ", "))
	case errors.Is(e.Cause, store.ErrDown), errors.Is(e.Cause, context.DeadlineExceeded):
		return fmt.Sprintf("MongoDB at %s does not answer: %v", strings.Join(e.Hosts, ", "), e.Cause)
	}
	return fmt.Sprintf("MongoDB at %s: %v", strings.Join(e.Hosts, ", "), e.Cause)
}

func (e *ConnectError) Unwrap() error { return e.Cause }

// Codes of the server that mean something to the store. Source: error_codes.yml of
// MongoDB.
const (
	codeUnauthorized         = 13
	codeAuthenticationFailed = 18
	codeNamespaceNotFound    = 26
	codeIndexNotFound        = 27
	codeCommandNotFound      = 59
	codeOutOfDisk            = 14031
	codeTooLarge             = 10334 // BSONObjectTooLarge
)

// down are the codes of a server that cannot answer now: shutting down, changing its
// primary, without a majority, or read only until it is.
var down = []int{6, 7, 89, 91, 189, 9001, 10058, 10107, 11600, 11602, 13435, 13436, 64, 100, 262, 50}

// failure turns an error of the driver into one of the store, by code. outer is the
// caller's context: what it ended is its own error, whatever the driver made of it.
func failure(outer, inner context.Context, err error) error {
	if err == nil {
		return nil
	}
	if cause := outer.Err(); cause != nil {
		return fmt.Errorf("%w: %w", cause, err)
	}
	switch {
	case mongo.IsDuplicateKeyError(err):
		return fmt.Errorf("%w: %w", store.ErrDuplicate, err)
	case errors.Is(err, mongo.ErrNoDocuments):
		return store.ErrNotFound
	case hasCode(err, codeOutOfDisk):
		return fmt.Errorf("%w: %w", store.ErrFull, err)
	case hasCode(err, codeTooLarge):
		return fmt.Errorf("%w: %w", store.ErrTooLarge, err)
	case hasCode(err, codeUnauthorized, codeAuthenticationFailed):
		return err // no outage: waiting does not help
	case mongo.IsTimeout(err):
		// The driver gives up before a deadline it cannot meet. Whose deadline it was
		// decides whether the caller ran out of time or the server is too slow.
		if theirs(outer, inner) {
			return fmt.Errorf("%w: %w", context.DeadlineExceeded, err)
		}
		return fmt.Errorf("%w: %w", store.ErrDown, err)
	case mongo.IsNetworkError(err), errors.Is(err, mongo.ErrClientDisconnected), hasCode(err, down...), unreachable(err):
		return fmt.Errorf("%w: %w", store.ErrDown, err)
	}
	return err
}

// theirs reports whether the deadline of a call is the caller's own.
func theirs(outer, inner context.Context) bool {
	a, ok := outer.Deadline()
	b, _ := inner.Deadline()
	const same = time.Millisecond
	return ok && a.Sub(b) < same
}

// unreachable reports that no server could be chosen or connected to.
func unreachable(err error) bool {
	var selection topology.ServerSelectionError
	var connection topology.ConnectionError
	return errors.As(err, &selection) || errors.As(err, &connection)
}

func hasCode(err error, codes ...int) bool {
	var server mongo.ServerError
	if !errors.As(err, &server) {
		return false
	}
	for _, c := range codes {
		if server.HasErrorCode(c) {
			return true
		}
	}
	return false
}
