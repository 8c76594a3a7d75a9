package web

import (
	"strings"

	"liangcheng/app/portal"
)

// ld is a JSON-LD object of schema.org.
type ld map[string]any

func siteLD(base, name string) ld {
	return ld{"@context": "https://schema.org", "@type": "WebSite", "name": name, "url": base + "/",
		"potentialAction": ld{"@type": "SearchAction", "target": base + "/search?q={q}", "query-input": "required name=q"}}
}

func collegeLD(base string, c portal.College) ld {
	o := ld{"@context": "https://schema.org", "@type": "CollegeOrUniversity", "name": c.Name, "url": base + "/colleges/" + c.ID,
		"address": ld{"@type": "PostalAddress", "addressCountry": "CN", "addressRegion": "贵州省", "streetAddress": c.Address}}
	if c.NameEn != "" {
		o["alternateName"] = c.NameEn
	}
	if strings.HasPrefix(c.Website, "http") {
		o["sameAs"] = c.Website
	}
	return o
}

func programmeLD(base string, p portal.Programme, c portal.College, s portal.Specialism) ld {
	o := ld{"@context": "https://schema.org", "@type": "EducationalOccupationalProgram", "name": p.Name,
		"url": base + "/programmes/" + p.ID, "identifier": p.Code, "educationalCredentialAwarded": string(p.Level),
		"provider": ld{"@type": "CollegeOrUniversity", "name": c.Name, "url": base + "/colleges/" + c.ID}}
	var names []string
	for _, ref := range s.Occupations {
		names = append(names, ref.Name)
	}
	if len(names) > 0 {
		o["occupationalCategory"] = names
	}
	return o
}

func enterpriseLD(base string, e portal.Enterprise) ld {
	return ld{"@context": "https://schema.org", "@type": "Organization", "name": e.Name, "url": base + "/enterprises/" + e.ID,
		"description": e.Summary}
}
