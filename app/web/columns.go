package web

import (
	"strconv"
	"strings"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/service"
)

// origin appends the columns every export ends with: how sure a row is and its source.
func originColumns[T any](say say, of func(T) portal.Origin, before ...column[T]) []column[T] {
	return append(before,
		column[T]{"certainty", func(t T) any { return say("certainty." + string(of(t).Certainty)) }},
		column[T]{"source", func(t T) any { return of(t).Source }},
		column[T]{"date", func(t T) any { return of(t).Date }},
	)
}

func collegeColumns(say say) []column[service.CollegeEntry] {
	type row = service.CollegeEntry
	return originColumns(say, func(e row) portal.Origin { return e.College.Origin },
		column[row]{"id", func(e row) any { return e.College.ID }},
		column[row]{"name", func(e row) any { return e.College.Name }},
		column[row]{"name_en", func(e row) any { return e.College.NameEn }},
		column[row]{"cluster", func(e row) any { return say("cluster." + string(e.College.Cluster)) }},
		column[row]{"kind", func(e row) any { return say("kind." + string(e.College.Kind)) }},
		column[row]{"ownership", func(e row) any { return named(say, "ownership.", e.College.Ownership) }},
		column[row]{"programmes_held", func(e row) any { return int(e.Programmes) }},
		column[row]{"address", func(e row) any { return e.College.Address }},
		column[row]{"website", func(e row) any { return e.College.Website }},
	)
}

func programmeColumns(say say) []column[service.ProgrammeEntry] {
	type row = service.ProgrammeEntry
	return originColumns(say, func(e row) portal.Origin { return e.Programme.Origin },
		column[row]{"id", func(e row) any { return e.Programme.ID }},
		column[row]{"code", func(e row) any { return e.Programme.Code }},
		column[row]{"programme", func(e row) any { return e.Programme.Name }},
		column[row]{"level", func(e row) any { return say("level." + string(e.Programme.Level)) }},
		column[row]{"college", func(e row) any { return e.College.Name }},
		column[row]{"cluster", func(e row) any { return say("cluster." + string(e.College.Cluster)) }},
		column[row]{"duration", func(e row) any { return e.Programme.Duration }},
		column[row]{"intake", func(e row) any { return intakes(e.Programme.Intakes) }},
		column[row]{"seats_free", func(e row) any { return optional(e.Programme.SeatsLeft()) }},
		column[row]{"modes", func(e row) any { return listed(say, "mode.", e.Programme.Modes) }},
		column[row]{"enrolment", func(e row) any { return named(say, "enrolment.", e.Programme.Enrolment) }},
	)
}

func specialismColumns(say say) []column[service.SpecialismEntry] {
	type row = service.SpecialismEntry
	return originColumns(say, func(e row) portal.Origin { return e.Specialism.Origin },
		column[row]{"code", func(e row) any { return e.Specialism.Code }},
		column[row]{"name", func(e row) any { return e.Specialism.Name }},
		column[row]{"level", func(e row) any { return say("level." + string(e.Specialism.Level)) }},
		column[row]{"class", func(e row) any { return e.Specialism.ClassName }},
		column[row]{"category", func(e row) any { return e.Specialism.CategoryName }},
		column[row]{"offers", func(e row) any { return len(e.Offers) }},
	)
}

func enterpriseColumns(say say) []column[service.EnterpriseEntry] {
	type row = service.EnterpriseEntry
	return originColumns(say, func(e row) portal.Origin { return e.Enterprise.Origin },
		column[row]{"id", func(e row) any { return e.Enterprise.ID }},
		column[row]{"name", func(e row) any { return e.Enterprise.Name }},
		column[row]{"industry_code", func(e row) any { return e.Enterprise.Industry }},
		column[row]{"industry", func(e row) any { return e.Industry }},
		column[row]{"place", func(e row) any { return e.Enterprise.Place }},
		column[row]{"summary", func(e row) any { return e.Enterprise.Summary }},
	)
}

func needColumns(say say) []column[service.NeedEntry] {
	type row = service.NeedEntry
	return originColumns(say, func(e row) portal.Origin { return e.Need.Origin },
		column[row]{"id", func(e row) any { return e.Need.ID }},
		column[row]{"title", func(e row) any { return e.Need.Title }},
		column[row]{"text", func(e row) any { return e.Need.Text }},
		column[row]{"enterprise", func(e row) any { return e.Enterprise.Name }},
		column[row]{"industry", func(e row) any { return e.Industry }},
		column[row]{"headcount", func(e row) any { return optional(e.Need.Headcount) }},
		column[row]{"level", func(e row) any { return named(say, "wanted.", e.Need.Level) }},
		column[row]{"modes", func(e row) any { return listed(say, "mode.", e.Need.Modes) }},
		column[row]{"district", func(e row) any { return string(e.Need.District) }},
		column[row]{"published", func(e row) any { return e.Need.PublishedAt.In(portal.Shanghai).Format(time.DateOnly) }},
		column[row]{"expires", func(e row) any { return e.Need.ExpiresAt.In(portal.Shanghai).Format(time.DateOnly) }},
	)
}

func partnershipColumns(say say) []column[service.PartnershipEntry] {
	type row = service.PartnershipEntry
	return originColumns(say, func(e row) portal.Origin { return e.Partnership.Origin },
		column[row]{"id", func(e row) any { return e.Partnership.ID }},
		column[row]{"title", func(e row) any { return e.Partnership.Title }},
		column[row]{"type", func(e row) any { return say("mode." + string(e.Partnership.Type)) }},
		column[row]{"colleges", func(e row) any { return parties(e.Partnership.Colleges) }},
		column[row]{"enterprises", func(e row) any { return parties(e.Partnership.Enterprises) }},
		column[row]{"industry", func(e row) any { return e.Industry }},
		column[row]{"year", func(e row) any { return positive(e.Partnership.Year) }},
		column[row]{"summary", func(e row) any { return e.Partnership.Summary }},
	)
}

func resourceColumns(say say) []column[service.ResourceEntry] {
	type row = service.ResourceEntry
	return originColumns(say, func(e row) portal.Origin { return e.Resource.Origin },
		column[row]{"id", func(e row) any { return e.Resource.ID }},
		column[row]{"name", func(e row) any { return e.Resource.Name }},
		column[row]{"resource_kind", func(e row) any { return say("resource.kind." + string(e.Resource.Kind)) }},
		column[row]{"holder", func(e row) any { return e.Holder.Name }},
		column[row]{"cluster", func(e row) any { return named(say, "cluster.", e.Cluster) }},
		column[row]{"use", func(e row) any { return e.Resource.Text }},
		column[row]{"related", func(e row) any { return strings.Join(e.Resource.Related, listSeparator) }},
		column[row]{"capacity", func(e row) any { return optional(e.Resource.Capacity) }},
		column[row]{"hours", func(e row) any { return e.Resource.Hours }},
		column[row]{"charge", func(e row) any { return named(say, "charge.", e.Resource.Charge) }},
		column[row]{"terms", func(e row) any { return e.Resource.Terms }},
		column[row]{"open_to", func(e row) any { return listed(say, "open_to.", e.Resource.OpenTo) }},
		column[row]{"address", func(e row) any { return e.Resource.Address }},
	)
}

// listSeparator joins lists in one cell.
const listSeparator = "；"

func listed[K ~string](say say, prefix string, keys []K) string {
	names := make([]string, len(keys))
	for i, k := range keys {
		names[i] = say(prefix + string(k))
	}
	return strings.Join(names, listSeparator)
}

// named translates a key of a closed set; an empty key is unknown and stays empty.
func named[K ~string](say say, prefix string, key K) any {
	if key == "" {
		return nil
	}
	return say(prefix + string(key))
}

func parties(ps []portal.Party) string {
	names := make([]string, len(ps))
	for i, p := range ps {
		names[i] = p.Name
	}
	return strings.Join(names, listSeparator)
}

// optional gives nil for unknown: an empty cell is not zero.
func optional(n *int) any {
	if n == nil {
		return nil
	}
	return *n
}

func positive(n int) any {
	if n == 0 {
		return nil
	}
	return n
}

// intakes writes every figure with its year and track: none of them is the capacity.
func intakes(all []portal.Intake) string {
	parts := make([]string, len(all))
	for i, in := range all {
		parts[i] = strconv.Itoa(in.Year) + " " + in.Track + " " + strconv.Itoa(in.Count)
	}
	return strings.Join(parts, listSeparator)
}
