package meili

import (
	"context"
	"fmt"

	"github.com/meilisearch/meilisearch-go"

	"liangcheng/search"
)

// Search answers one query.
func (e *Engine) Search(ctx context.Context, q search.Query) (search.Result, error) {
	res, err := e.MultiSearch(ctx, []search.Query{q})
	if err != nil {
		return search.Result{}, err
	}
	return res[0], nil
}

// MultiSearch answers several queries in order, with one request to the server for what
// all of them need at a time: mostly one, more for a query that nothing fits as it stands
// and for later pages of one that is read in several ways.
func (e *Engine) MultiSearch(ctx context.Context, qs []search.Query) ([]search.Result, error) {
	out := make([]search.Result, len(qs))
	asked := make([]*asking, len(qs))
	for i, q := range qs {
		ix, err := e.index(q.Index)
		if err != nil {
			return nil, fmt.Errorf("meili.Search: %w", err)
		}
		if asked[i], err = newAsking(ix, q); err != nil {
			return nil, fmt.Errorf("meili.Search(%s): %w", q.Index, err)
		}
	}
	err := e.do(ctx, e.timeout, func(ctx context.Context) error {
		for {
			var round []request
			for _, a := range asked {
				round = append(round, a.next()...)
			}
			if len(round) == 0 {
				return nil
			}
			if err := e.send(ctx, round); err != nil {
				return err
			}
		}
	})
	if err != nil {
		return nil, fmt.Errorf("meili.Search(%s): %w", names(qs), err)
	}
	for i, a := range asked {
		out[i] = a.result()
	}
	return out, nil
}

// names lists the indexes asked.
func names(qs []search.Query) string {
	var out []byte
	for i, q := range qs {
		if i > 0 {
			out = append(out, ' ')
		}
		out = append(out, q.Index...)
	}
	return string(out)
}

// request is a question to the server and what becomes of its answer.
type request struct {
	*meilisearch.SearchRequest
	take func(meilisearch.SearchResponse) error
}

// send puts all questions at once and hands out the answers.
func (e *Engine) send(ctx context.Context, round []request) error {
	questions := make([]*meilisearch.SearchRequest, len(round))
	for i, r := range round {
		questions[i] = r.SearchRequest
	}
	answers, err := e.ask(ctx, questions)
	if err != nil {
		return err
	}
	for i, r := range round {
		if err := r.take(answers[i]); err != nil {
			return err
		}
	}
	return nil
}

// ask puts the questions in one request; there is an answer to each.
func (e *Engine) ask(ctx context.Context, questions []*meilisearch.SearchRequest) ([]meilisearch.SearchResponse, error) {
	if len(questions) == 0 {
		return nil, nil
	}
	answer, err := e.server.MultiSearch(ctx, &meilisearch.MultiSearchRequest{Queries: questions})
	if err != nil {
		return nil, err
	}
	if len(answer.Results) != len(questions) {
		return nil, fmt.Errorf("%w: %w: %d answers to %d questions", search.ErrDown, errMalformed, len(answer.Results), len(questions))
	}
	return answer.Results, nil
}

// count asks how many documents fit.
func count(uid string, where clause) *meilisearch.SearchRequest {
	none := int64(0)
	return &meilisearch.SearchRequest{IndexUID: uid, Filter: filterOf(where), HitsPerPage: &none}
}

// hits asks for documents that fit.
func hits(uid string, where clause, offset, limit int) *meilisearch.SearchRequest {
	return &meilisearch.SearchRequest{IndexUID: uid, Filter: filterOf(where), MatchingStrategy: meilisearch.All,
		Offset: int64(offset), Limit: int64(limit), AttributesToRetrieve: []string{idAttr}}
}

// filterOf leaves a filter that holds for all away.
func filterOf(c clause) any {
	if c == everything {
		return nil
	}
	return string(c)
}
