package portal

// Cluster is where a college lies: one of the two cities, or elsewhere in Guiyang.
type Cluster string

const (
	Huaxi        Cluster = "huaxi_university_city"
	Qingzhen     Cluster = "qingzhen_vocational_city"
	OtherGuiyang Cluster = "other_guiyang"
)

// Clusters lists the two cities first.
var Clusters = [...]Cluster{Huaxi, Qingzhen, OtherGuiyang}

// Valid reports whether c is a known cluster.
func (c Cluster) Valid() bool { return c == Huaxi || c == Qingzhen || c == OtherGuiyang }

// TwoCities reports whether the cluster is one of the two cities the plan is about.
func (c Cluster) TwoCities() bool { return c == Huaxi || c == Qingzhen }

// District is a county-level area of Guiyang and Gui'an, a neighbouring prefecture, or
// empty when unknown. Values are the Chinese short names.
type District string

// Districts lists the areas a place can be chosen from; the last ones lie outside Guiyang.
var Districts = [...]District{
	"贵安新区", "花溪区", "清镇市", "观山湖区", "云岩区", "南明区", "乌当区", "白云区",
	"修文县", "开阳县", "息烽县", "贵阳经开区", "贵阳高新区", "双龙航空港经济区", "安顺市", "黔南州", "遵义市",
}

// Valid reports whether d is a listed district.
func (d District) Valid() bool {
	for _, known := range Districts {
		if d == known {
			return true
		}
	}
	return false
}

// InGuiyang reports whether the district belongs to Guiyang or Gui'an.
func (d District) InGuiyang() bool {
	return d.Valid() && d != "安顺市" && d != "黔南州" && d != "遵义市"
}

// Near reports whether the district lies within about 100 km of Guiyang without
// belonging to it.
func (d District) Near() bool { return d == "安顺市" || d == "黔南州" }

// Cluster is the city a district's employers are neighbours of, or empty.
func (d District) Cluster() Cluster {
	switch d {
	case "贵安新区", "花溪区":
		return Huaxi
	case "清镇市":
		return Qingzhen
	}
	return ""
}
