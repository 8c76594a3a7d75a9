package match

import "strings"

// fillerWords are what job advertisements say whatever the job. They separate words and
// are not looked for.
var fillerWords = strings.Fields(`
	我们 我们公司 本公司 公司 我司 我厂 单位 企业 工厂 招聘 招收 招募 急招 诚聘 直招 招 若干 数名 多名 名额 几个 几名
	优先考虑 优先 负责 从事 具备 具有 拥有 熟悉 掌握 了解 熟练 精通 能够 可以 需要 要求 希望 最好 必须 必备
	会 能 要 懂 想 做 有 看 看懂 看得懂 会做 会用 能做 愿意 以上学历 学历 以上 以下 左右 经验 有经验 相关 有关 专业
	毕业生 应届生 应届 毕业 实习生 新人 人员 岗位 职位 工作 方向 能力 一线 现场 包吃住 包吃 包住 食宿 五险一金 社保
	月薪 年薪 待遇 薪资 工资 面议 双休 长期 稳定 吃苦耐劳 责任心 沟通 年龄 男女不限 不限 均可 上夜班 夜班 倒班
	两班倒 三班倒 轮班 加班 出差 驻外 他们 你们 一个 一名 那边 这边 那种 这种 什么 怎么 如何 大专 高职 中专 中职
	本科 高中 研究生 进行 以及 或者 并且 还要 也要 就行 更好 即可 都要 都行 主要 日常 各类 各种 所有 全部 等等 其他
	其它 工程师 技术员 技工 普工 操作工 操作员 专员 主管 班长 组长 师傅 工人 员工 人才 骨干 负责人
	合作 学校 院校 学生 培养 定向 订单班 学徒制 产业学院
	的 了 把 被 和 与 及 或 等 也 都 就 在 是 还 来 去 给 让 跟 这 那 吗 呢 吧 啊 个 名 人 年 月 日 岁 到`)

// englishFiller is the same for English.
var englishFiller = wordSet(`a an and are as at be by for from have in is it of on or our that the their this to we will
	with you your must should able experience experienced years required preferred job work working need needs needed
	wanted looking hiring staff good skills knowledge plus etc shift night day`)

func wordSet(s string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(s) {
		set[w] = true
	}
	return set
}
