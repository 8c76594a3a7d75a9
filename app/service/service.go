// Package service is what a person can do with the portal: load, ask whether they may,
// change, save, and let the index follow. Every method takes the viewer. A record the
// viewer may not see is not found.
package service

import (
	"errors"
	"fmt"
	"log/slog"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/secret"
	"liangcheng/app/store"
	"liangcheng/search"
)

// Rooms is what the services stand on.
type Rooms struct {
	Records  *store.Records
	Engine   search.Engine // answers directories, search and the lexical part of the match
	Fallback search.Engine // answers the lexical part when Engine does not in time; may be nil
	Roster   *Roster       // programmes and colleges in memory
	Graphs   *Graphs       // the graph in force
	Taxonomy Taxonomy
	Clock    func() time.Time
	Log      *slog.Logger

	MatchTimeout time.Duration

	Words   func(lang, key string, args ...any) string // of the site, for e-mails
	BaseURL string                                     // public address of the site
	Mailer  Mailer

	IntentionDays IntentionDays
}

// today is the day it is in Shanghai, YYYY-MM-DD.
func (r Rooms) today() string { return r.Clock().In(portal.Shanghai).Format(time.DateOnly) }

// Services groups everything a person can do, by noun.
type Services struct {
	Colleges     *Colleges
	Programmes   *Programmes
	Operations   *Operations
	Specialisms  *Specialisms
	Enterprises  *Enterprises
	Needs        *Needs
	Partnerships *Partnerships
	Resources    *Resources
	Bookings     *Bookings
	Events       *Events
	Indicators   *Indicators
	Outcomes     *Outcomes
	Incubatees   *Incubatees
	Alliances    *Alliances
	Units        *Units
	Milestones   *Milestones
	Reports      *Reports
	Yearbook     *Yearbook
	GapCheck     *GapCheck
	Lists        *Lists
	Rounds       *Rounds
	Everything   *Everything
	Match        *Match
	Concepts     *Concepts
	Quality      *Quality
	Industries   *Industries
	Figures      *Figures
	Region       *Region
	Targets      *Targets
	Supply       *Supply
	Advices      *Advices
	Feedback     *Feedback
	Exposure     *Exposure

	Accounts      *Accounts
	Organisations *Organisations
	Intentions    *Intentions
	Notices       *Notices
	Post          *Post
	Searches      *Searches
	Audit         *Audit
}

// New builds the services on their rooms.
func New(r Rooms) *Services {
	colleges := &Colleges{Rooms: r}
	industries := NewIndustries(r.Taxonomy.Industries)
	operations := newOperations(r)
	programmes := &Programmes{Rooms: r, operations: programmeOperations(operations)}
	post := &Post{Rooms: r}
	notices := &Notices{Rooms: r, post: post}
	exposure := &Exposure{Rooms: r}
	matching := &Match{Rooms: r, industries: industries, exposure: exposure}
	needs := &Needs{Rooms: r, match: matching, notices: notices}
	needs.operations = needOperations(needs, operations)
	feedback := &Feedback{Rooms: r, match: matching}
	accounts := &Accounts{Rooms: r, hasher: secret.NewHasher(), post: post, feedback: feedback}
	bookings := &Bookings{Rooms: r, notices: notices}
	resources := &Resources{Rooms: r, bookings: bookings}
	intentions := &Intentions{Rooms: r, notices: notices}
	partnerships := &Partnerships{Rooms: r, notices: notices, industries: industries}
	outcomes := &Outcomes{Rooms: r, notices: notices}
	region, supply := newRegion(r), newSupply(r, needs)
	lists := &Lists{Rooms: r, partnerships: partnerships}
	return &Services{
		Colleges:     colleges,
		Programmes:   programmes,
		Operations:   operations,
		Specialisms:  &Specialisms{Rooms: r},
		Enterprises:  &Enterprises{Rooms: r},
		Needs:        needs,
		Partnerships: partnerships,
		Resources:    resources,
		Bookings:     bookings,
		Events:       &Events{Rooms: r, notices: notices, match: matching, needs: needs, intentions: intentions},
		Indicators:   &Indicators{Rooms: r},
		Outcomes:     outcomes,
		Incubatees:   &Incubatees{Rooms: r, outcomes: outcomes},
		Alliances:    &Alliances{Rooms: r, outcomes: outcomes, partnerships: partnerships},
		Units:        &Units{Rooms: r, partnerships: partnerships},
		Milestones:   &Milestones{Rooms: r, accounts: accounts},
		Reports:      &Reports{Rooms: r, region: region},
		Yearbook:     &Yearbook{Rooms: r},
		GapCheck:     &GapCheck{Rooms: r},
		Lists:        lists,
		Rounds:       &Rounds{Rooms: r, lists: lists},
		Everything:   &Everything{Rooms: r},
		Match:        matching,
		Concepts:     newConcepts(r, matching, notices),
		Quality:      &Quality{Rooms: r, match: matching},
		Industries:   industries,
		Figures:      &Figures{Rooms: r},
		Region:       region,
		Targets:      &Targets{Rooms: r, region: region},
		Supply:       supply,
		Advices:      &Advices{Rooms: r, supply: supply, notices: notices},
		Feedback:     feedback,
		Exposure:     exposure,

		Accounts:      accounts,
		Organisations: &Organisations{Rooms: r, accounts: accounts, post: post, notices: notices, resources: resources},
		Intentions:    intentions,
		Notices:       notices,
		Post:          post,
		Searches:      newSearches(r, notices),
		Audit:         &Audit{Rooms: r},
	}
}

// fault adds the call and its argument to an error and turns the errors of the rooms
// below into the kinds the portal knows.
func fault(call, arg string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, store.ErrNotFound), errors.Is(err, store.ErrCursor): // a page nobody was led to
		return fmt.Errorf("%s(%s): %w: %w", call, arg, portal.ErrNotFound, err)
	case errors.Is(err, store.ErrConflict):
		return fmt.Errorf("%s(%s): %w: %w", call, arg, portal.ErrConflict, err)
	case errors.Is(err, store.ErrDuplicate):
		return fmt.Errorf("%s(%s): %w: %w", call, arg, portal.ErrDuplicate, err)
	case errors.Is(err, store.ErrDown), errors.Is(err, store.ErrFull), errors.Is(err, search.ErrDown):
		return fmt.Errorf("%s(%s): %w: %w", call, arg, portal.ErrUnavailable, err)
	}
	return fmt.Errorf("%s(%s): %w", call, arg, err)
}
