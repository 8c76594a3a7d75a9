package store

import (
	"context"

	"liangcheng/app/portal"
)

func openAllianceMembers(ctx context.Context, e Engine) (*Collection[portal.AllianceMember, *portal.AllianceMember], error) {
	return Open[portal.AllianceMember, *portal.AllianceMember](ctx, e, "alliance_members",
		Field[portal.AllianceMember]{Name: "partnership", Kind: Text, Of: func(r *portal.AllianceMember) any { return r.Partnership }},
		Field[portal.AllianceMember]{Name: "organisation", Kind: Text, Of: func(r *portal.AllianceMember) any { return known(r.Organisation) }},
		Field[portal.AllianceMember]{Name: "holds", Kind: Text, Unique: true, Of: func(r *portal.AllianceMember) any { return r.Unique() }},
		Field[portal.AllianceMember]{Name: "certainty", Kind: Text, Of: func(r *portal.AllianceMember) any { return r.Origin.Certainty }},
	)
}

func openPledges(ctx context.Context, e Engine) (*Collection[portal.Pledge, *portal.Pledge], error) {
	return Open[portal.Pledge, *portal.Pledge](ctx, e, "pledges",
		Field[portal.Pledge]{Name: "partnership", Kind: Text, Of: func(r *portal.Pledge) any { return r.Partnership }},
		Field[portal.Pledge]{Name: "certainty", Kind: Text, Of: func(r *portal.Pledge) any { return r.Origin.Certainty }},
	)
}

func openAllianceEntries(ctx context.Context, e Engine) (*Collection[portal.AllianceEntry, *portal.AllianceEntry], error) {
	return Open[portal.AllianceEntry, *portal.AllianceEntry](ctx, e, "alliance_entries",
		Field[portal.AllianceEntry]{Name: "partnership", Kind: Text, Of: func(r *portal.AllianceEntry) any { return r.Partnership }},
		Field[portal.AllianceEntry]{Name: "certainty", Kind: Text, Of: func(r *portal.AllianceEntry) any { return r.Origin.Certainty }},
	)
}
