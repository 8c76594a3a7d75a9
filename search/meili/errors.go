package meili

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/meilisearch/meilisearch-go"

	"liangcheng/search"
)

// ErrKey is a server that does not accept the key, or not for what the engine does.
var ErrKey = errors.New("the key is refused by the search server")

// ErrVersion is a server too old for the engine.
var ErrVersion = errors.New("the search server is too old")

// codeNoIndex is the server's code for an index that is not there.
const codeNoIndex = meilisearch.APIErrCodeIndexNotFound

// errMalformed is an answer of the server that is not what its interface promises.
var errMalformed = errors.New("malformed answer")

// fault gives an error of a call its kind, once: one that has it already stays as it is. The caller's own end of patience comes first;
// then the status decides, never the text. Whatever keeps the server from answering is
// search.ErrDown; an index that is gone is search.ErrLost too.
func fault(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if ended := ctx.Err(); ended != nil {
		return ended
	}
	if errors.As(err, new(taskFailure)) || errors.As(err, new(sequenceError)) || errors.As(err, new(rejection)) {
		return err
	}
	for _, kind := range []error{search.ErrInvalid, search.ErrDown, ErrKey, ErrVersion} {
		if errors.Is(err, kind) {
			return err
		}
	}
	var answer *meilisearch.Error
	if !errors.As(err, &answer) || answer.StatusCode == 0 {
		return fmt.Errorf("%w: %v", search.ErrDown, cause(err)) // not %w: our deadline is not the caller's
	}
	said := fmt.Sprintf("status %d, %s: %s", answer.StatusCode, answer.APIError.Code, answer.APIError.Message)
	switch {
	case answer.ErrCode == meilisearch.ErrCodeResponseUnmarshalBody:
		return fmt.Errorf("%w: %w: %v", search.ErrDown, errMalformed, answer.OriginError)
	case answer.StatusCode == http.StatusUnauthorized, answer.StatusCode == http.StatusForbidden:
		return fmt.Errorf("%w: %s", ErrKey, said)
	case answer.APIError.Code == codeNoIndex:
		return fmt.Errorf("%w: %w: %s", search.ErrDown, search.ErrLost, said)
	case answer.StatusCode >= http.StatusInternalServerError,
		answer.StatusCode == http.StatusRequestTimeout, answer.StatusCode == http.StatusTooManyRequests:
		return fmt.Errorf("%w: %s", search.ErrDown, said)
	}
	return rejection(said)
}

// rejection is a request the server does not take: a mistake of ours.
type rejection string

func (r rejection) Error() string { return string(r) }

// cause is what went wrong below meilisearch-go, whose own message repeats the request.
func cause(err error) error {
	var answer *meilisearch.Error
	if errors.As(err, &answer) && answer.OriginError != nil {
		return answer.OriginError
	}
	return err
}

// noIndex reports whether the server said that the index is not there.
func noIndex(err error) bool {
	var answer *meilisearch.Error
	return errors.As(err, &answer) && answer.APIError.Code == codeNoIndex
}

// running is an error for those who search: a server that refuses the key or is too old
// does not answer either.
func running(err error) error {
	if errors.Is(err, ErrKey) || errors.Is(err, ErrVersion) {
		return fmt.Errorf("%w: %w", search.ErrDown, err)
	}
	return err
}
