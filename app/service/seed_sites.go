package service

import (
	"net/url"
	"slices"
	"strings"
)

// collegeSites are the hosts of the colleges' own sites that lie outside edu.cn. Seeds
// link to these, to edu.cn and to gov.cn, and nowhere else.
var collegeSites = [...]string{
	"www.csgedu.com", "www.gyu.cn", "www.gyvtc.cn", "www.gzcjzyxy.cn", "www.gzcsxy.cn", "www.gzdzxy.cn",
	"www.gzhkzy.cn", "www.gzjszy.cn", "www.gzjtzy.net", "www.gzmhxy.cn", "www.gznvc.com", "www.gznyzyxy.cn",
	"www.gzsdzy.cn", "www.gzspzy.cn", "www.gzvti.com", "www.gzwhlyzy.cn", "www.gzyszxy.cn", "www.gzzbzy.cn",
}

// official reports whether an address belongs to a government or a college.
func official(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" {
		return false
	}
	host := u.Hostname()
	return strings.HasSuffix(host, ".gov.cn") || strings.HasSuffix(host, ".edu.cn") ||
		slices.Contains(collegeSites[:], host)
}

// site returns an address that seeds may link to, or nothing when the cell is empty.
func (w row) site(field string) string {
	v := w.Get(field)
	if v != "" && !official(v) {
		w.fail(field, "%q is not on the list of official sites", v)
	}
	return v
}
