package store

import (
	"context"
	"errors"
	"time"

	"liangcheng/app/portal"
)

// Records opens every collection of the product on one engine.
type Records struct {
	Engine       Engine
	Colleges     *Collection[portal.College, *portal.College]
	Programmes   *Collection[portal.Programme, *portal.Programme]
	Specialisms  *Collection[portal.Specialism, *portal.Specialism]
	Enterprises  *Collection[portal.Enterprise, *portal.Enterprise]
	Needs        *Collection[portal.Need, *portal.Need]
	Partnerships *Collection[portal.Partnership, *portal.Partnership]
	Types        *Collection[portal.PartnershipType, *portal.PartnershipType]
	Units        *Collection[portal.Unit, *portal.Unit]
	Indicators   *Collection[portal.Indicator, *portal.Indicator]
	Outcomes     *Collection[portal.Outcome, *portal.Outcome]
	Targets      *Collection[portal.Target, *portal.Target]
	Advices      *Collection[portal.Advice, *portal.Advice]
	Forms        *Collection[portal.ReportForm, *portal.ReportForm]
	ListItems    *Collection[portal.ListItem, *portal.ListItem]
	Rounds       *Collection[portal.Round, *portal.Round]
	Seeded       *Collection[portal.Seeded, *portal.Seeded]
	Fits         *Collection[portal.Fit, *portal.Fit]
	Concepts     *Collection[portal.Concept, *portal.Concept]
	Evaluations  *Collection[portal.Evaluation, *portal.Evaluation]
	Leases       *Collection[portal.Lease, *portal.Lease]
	Feedback     *Collection[portal.Feedback, *portal.Feedback]
	Exposures    *Collection[portal.Exposure, *portal.Exposure]

	Incubatees      *Collection[portal.Incubatee, *portal.Incubatee]
	AllianceMembers *Collection[portal.AllianceMember, *portal.AllianceMember]
	Pledges         *Collection[portal.Pledge, *portal.Pledge]
	AllianceEntries *Collection[portal.AllianceEntry, *portal.AllianceEntry]
	Feeds           *Collection[portal.Feed, *portal.Feed]

	Persons       *Collection[portal.Person, *portal.Person]
	Organisations *Collection[portal.Organisation, *portal.Organisation]
	Sessions      *Collection[portal.Session, *portal.Session]
	Links         *Collection[portal.Link, *portal.Link]
	Attempts      *Collection[portal.Attempts, *portal.Attempts]
	Tokens        *Collection[portal.Token, *portal.Token]
	Notifications *Collection[portal.Notification, *portal.Notification]
	Mails         *Collection[portal.Mail, *portal.Mail]
	Intentions    *Collection[portal.Intention, *portal.Intention]
	Resources     *Collection[portal.Resource, *portal.Resource]
	Bookings      *Collection[portal.Booking, *portal.Booking]
	Events        *Collection[portal.Event, *portal.Event]
	Invitations   *Collection[portal.Invitation, *portal.Invitation]
	Meetings      *Collection[portal.Meeting, *portal.Meeting]
	Operations    *Collection[portal.Operation, *portal.Operation]
	Searches      *Collection[portal.SavedSearch, *portal.SavedSearch]
	Audit         *Collection[portal.AuditEntry, *portal.AuditEntry]
}

// OpenRecords declares every collection to the engine, one after the other.
func OpenRecords(ctx context.Context, e Engine) (*Records, error) {
	r := &Records{Engine: e}
	for _, open := range []func() error{
		func() (err error) { r.Colleges, err = openColleges(ctx, e); return },
		func() (err error) { r.Programmes, err = openProgrammes(ctx, e); return },
		func() (err error) { r.Specialisms, err = openSpecialisms(ctx, e); return },
		func() (err error) { r.Enterprises, err = openEnterprises(ctx, e); return },
		func() (err error) { r.Needs, err = openNeeds(ctx, e); return },
		func() (err error) { r.Partnerships, err = openPartnerships(ctx, e); return },
		func() (err error) { r.Types, err = openTypes(ctx, e); return },
		func() (err error) { r.Units, err = openUnits(ctx, e); return },
		func() (err error) { r.Indicators, err = openIndicators(ctx, e); return },
		func() (err error) { r.Outcomes, err = openOutcomes(ctx, e); return },
		func() (err error) { r.Targets, err = openTargets(ctx, e); return },
		func() (err error) { r.Advices, err = openAdvices(ctx, e); return },
		func() (err error) { r.Incubatees, err = openIncubatees(ctx, e); return },
		func() (err error) { r.AllianceMembers, err = openAllianceMembers(ctx, e); return },
		func() (err error) { r.Pledges, err = openPledges(ctx, e); return },
		func() (err error) { r.AllianceEntries, err = openAllianceEntries(ctx, e); return },
		func() (err error) { r.Feeds, err = openFeeds(ctx, e); return },
		func() (err error) { r.Forms, err = openForms(ctx, e); return },
		func() (err error) { r.ListItems, err = openListItems(ctx, e); return },
		func() (err error) { r.Rounds, err = openRounds(ctx, e); return },
		func() (err error) { r.Seeded, err = openSeeded(ctx, e); return },
		func() (err error) { r.Fits, err = openFits(ctx, e); return },
		func() (err error) { r.Concepts, err = openConcepts(ctx, e); return },
		func() (err error) { r.Evaluations, err = openEvaluations(ctx, e); return },
		func() (err error) { r.Leases, err = openLeases(ctx, e); return },
		func() (err error) { r.Feedback, err = openFeedback(ctx, e); return },
		func() (err error) { r.Exposures, err = openExposures(ctx, e); return },
		func() (err error) { r.Persons, err = openPersons(ctx, e); return },
		func() (err error) { r.Organisations, err = openOrganisations(ctx, e); return },
		func() (err error) { r.Sessions, err = openSessions(ctx, e); return },
		func() (err error) { r.Links, err = openLinks(ctx, e); return },
		func() (err error) { r.Attempts, err = openAttempts(ctx, e); return },
		func() (err error) { r.Tokens, err = openTokens(ctx, e); return },
		func() (err error) { r.Notifications, err = openNotifications(ctx, e); return },
		func() (err error) { r.Mails, err = openMails(ctx, e); return },
		func() (err error) { r.Intentions, err = openIntentions(ctx, e); return },
		func() (err error) { r.Resources, err = openResources(ctx, e); return },
		func() (err error) { r.Bookings, err = openBookings(ctx, e); return },
		func() (err error) { r.Events, err = openEvents(ctx, e); return },
		func() (err error) { r.Invitations, err = openInvitations(ctx, e); return },
		func() (err error) { r.Meetings, err = openMeetings(ctx, e); return },
		func() (err error) { r.Operations, err = openOperations(ctx, e); return },
		func() (err error) { r.Searches, err = openSearches(ctx, e); return },
		func() (err error) { r.Audit, err = openAudit(ctx, e); return },
	} {
		if err := open(); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// Tidy removes tombstones and halves of uploads from before that time, and brings what a
// portal of an older release has written since the start to the declarations of this one.
func (r *Records) Tidy(ctx context.Context, before time.Time) error {
	var errs []error
	for _, c := range []interface {
		tidy(ctx context.Context, before time.Time) error
	}{r.Colleges, r.Programmes, r.Specialisms, r.Enterprises, r.Needs, r.Partnerships, r.Types, r.Units, r.Indicators, r.Outcomes, r.Targets, r.Advices, r.Forms, r.ListItems, r.Rounds, r.Seeded, r.Fits, r.Concepts, r.Evaluations, r.Leases, r.Feedback, r.Exposures,
		r.Incubatees, r.AllianceMembers, r.Pledges, r.AllianceEntries, r.Feeds,
		r.Persons, r.Organisations, r.Sessions, r.Links, r.Attempts, r.Tokens, r.Notifications, r.Mails, r.Intentions, r.Resources, r.Bookings, r.Events, r.Invitations, r.Meetings, r.Operations, r.Searches, r.Audit} {
		errs = append(errs, c.tidy(ctx, before))
	}
	_, err := r.Engine.SweepBlobs(ctx, before)
	return errors.Join(append(errs, err)...)
}
