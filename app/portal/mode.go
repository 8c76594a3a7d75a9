package portal

// Mode is a way for colleges and enterprises to work together. The same keys type a
// partnership (合作项目) and say what a need or programme is open to.
type Mode string

const (
	IndustryCollege   Mode = "industry_college"            // 产业学院
	InnovationCentre  Mode = "innovation_centre"           // 科创中心
	IncubationCentre  Mode = "incubation_centre"           // 孵化中心
	OrderClass        Mode = "order_class"                 // 订单班
	Apprenticeship    Mode = "apprenticeship"              // 学徒制/现场工程师
	PracticeBase      Mode = "practice_base"               // 实习实训基地
	VocationalGroup   Mode = "vocational_group"            // 职教集团
	EducationAlliance Mode = "industry_education_alliance" // 产教联盟/联合体
	TechService       Mode = "tech_service"                // 技术服务
	ResourceSharing   Mode = "resource_sharing"            // 资源共享
)

// Modes lists every mode in the order people choose from.
var Modes = [...]Mode{
	OrderClass, Apprenticeship, PracticeBase, IndustryCollege, InnovationCentre,
	IncubationCentre, VocationalGroup, EducationAlliance, TechService, ResourceSharing,
}

// Valid reports whether m is a known mode.
func (m Mode) Valid() bool {
	for _, known := range Modes {
		if m == known {
			return true
		}
	}
	return false
}
