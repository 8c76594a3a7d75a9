package web

import "strings"

// browserMarks are what browsers call themselves by, the particular before the general:
// nearly all of them also say Chrome and Safari.
var browserMarks = [...]struct{ mark, name string }{
	{"MicroMessenger/", "微信 WeChat"}, {"DingTalk/", "钉钉 DingTalk"}, {"QQBrowser/", "QQ Browser"}, {"UCBrowser/", "UC Browser"},
	{"Quark/", "Quark"}, {"HuaweiBrowser/", "Huawei Browser"}, {"MiuiBrowser/", "Mi Browser"}, {"SamsungBrowser/", "Samsung Internet"},
	{"Edg/", "Edge"}, {"EdgA/", "Edge"}, {"EdgiOS/", "Edge"}, {"OPR/", "Opera"}, {"FxiOS/", "Firefox"}, {"Firefox/", "Firefox"},
	{"CriOS/", "Chrome"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"},
}

// systemMarks are the same of what browsers run on.
var systemMarks = [...]struct{ mark, name string }{
	{"HarmonyOS", "HarmonyOS"}, {"OpenHarmony", "HarmonyOS"}, {"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"},
	{"Windows", "Windows"}, {"Mac OS X", "macOS"}, {"CrOS", "ChromeOS"}, {"Linux", "Linux"},
}

// browser names a browser and its system by what it calls itself; either may be empty.
func browser(agent string) (name, system string) {
	for _, b := range browserMarks {
		if strings.Contains(agent, b.mark) {
			name = b.name
			break
		}
	}
	for _, m := range systemMarks {
		if strings.Contains(agent, m.mark) {
			system = m.name
			break
		}
	}
	return name, system
}

// device is a browser in words; one nobody knows is named as it names itself.
func device(say say, agent string) string {
	const shown = 60
	switch name, system := browser(agent); {
	case name != "" && system != "":
		return say("sessions.device", name, system)
	case agent == "":
		return say("sessions.unknown")
	default:
		return orElse(name, cut(clean(agent), shown))
	}
}
