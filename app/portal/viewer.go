package portal

// Viewer is whoever asks. Every service method takes one; the zero value is a visitor
// without an account, who sees what is public.
type Viewer struct {
	system bool

	Person       string           // id; empty: a visitor
	Name         string           // as others of the organisation see it
	Organisation string           // id; empty: of none yet
	Kind         OrganisationKind // of the organisation
	State        OrganisationState
	Record       string // id of the college or enterprise the organisation is
	Role         Role
	Sure         bool   // a second factor was given in this session
	From         string // network address
}

// Visitor is anyone without an account.
var Visitor = Viewer{}

// System acts for the program itself: seeds, imports, the index tail, what falls due.
var System = Viewer{system: true}

// IsSystem reports whether the program itself is asking.
func (v Viewer) IsSystem() bool { return v.system }

// SignedIn reports whether the viewer is a person with an account.
func (v Viewer) SignedIn() bool { return v.Person != "" }

// Of reports whether the viewer belongs to an organisation of that kind.
func (v Viewer) Of(kind OrganisationKind) bool { return v.Organisation != "" && v.Kind == kind }

// Active reports whether the viewer's organisation may be worked for: a suspended one may
// only be looked at.
func (v Viewer) Active() bool { return v.Organisation != "" && v.State != OrganisationSuspended }

// CanEdit reports whether the viewer may write for the organisation: its programmes,
// needs and intentions.
func (v Viewer) CanEdit() bool { return v.Active() && (v.Role == Owner || v.Role == Editor) }

// CanSpeak reports whether what the viewer writes may go out to others: only a verified
// organisation publishes and sends.
func (v Viewer) CanSpeak() bool { return v.CanEdit() && v.State == OrganisationVerified }

// CanManage reports whether the viewer may invite people and give roles.
func (v Viewer) CanManage() bool {
	return v.Active() && v.Role == Owner || v.office(Administrator)
}

// CanReview reports whether the viewer vouches for organisations.
func (v Viewer) CanReview() bool { return v.office(Reviewer) }

// CanAnalyse reports whether the viewer follows everything the portal holds, without
// deciding on it.
func (v Viewer) CanAnalyse() bool {
	return v.office(Analyst) || v.office(Reviewer) || v.office(Administrator)
}

// CanAdminister reports whether the viewer runs the portal: people of the office, mail.
func (v Viewer) CanAdminister() bool { return v.office(Administrator) }

// CanAudit reports whether the viewer may read the audit log.
func (v Viewer) CanAudit() bool { return v.office(Auditor) }

// office reports whether the viewer has that duty at the talent office. Its people need a
// second factor for any of them.
func (v Viewer) office(r Role) bool { return v.Of(Office) && v.Role == r && v.Sure }
