//! What breaks on the demo estate, in the words in which residents report it, and what the worker writes afterwards.

use super::estate::DemoPriority::{self, High, Low, Normal, Urgent};

/// Where a problem is. The first word says which units it fits: the beginning of a building or the end of a layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spot {
    /// In somebody's unit.
    Home(&'static str),
    /// In the public part of a building.
    Building(&'static str, &'static str),
    /// On the grounds of a zone.
    Grounds(&'static str, &'static str),
}

const ANY: &str = "";
const WORKSHOP: &str = "厂房";
const DORMITORY: &str = "人间";

/// Where, what, how urgent, and the worker's remark once it is done.
pub struct Problem(
    pub Spot,
    pub &'static str,
    pub DemoPriority,
    pub &'static str,
);

use Spot::{Building, Grounds, Home};

pub const BIJIANG_PROBLEMS: [Problem; 36] = [
    Problem(
        Home(ANY),
        "厨房洗菜盆下水管漏水,柜底已经泡湿",
        High,
        "更换下水软管和密封圈,试水半小时无渗漏",
    ),
    Problem(
        Home(ANY),
        "主卫马桶水箱一直流水,关不住",
        Normal,
        "更换进水阀,水位调好",
    ),
    Problem(
        Home(ANY),
        "客厅空调插座没电,其他插座正常",
        Normal,
        "插座接线松脱,已重新压接并测漏电保护",
    ),
    Problem(
        Home(ANY),
        "阳台外墙渗水,墙面起泡发霉",
        High,
        "外墙砖缝开裂,已补防水砂浆,干透后再刷墙",
    ),
    Problem(
        Home(ANY),
        "入户门锁转动困难,钥匙拔不出来",
        High,
        "锁芯加石墨润滑无效,征得业主同意更换锁芯",
    ),
    Problem(
        Home(ANY),
        "可视对讲听不到声音,访客按铃没反应",
        Normal,
        "分机听筒线接触不良,已更换听筒线",
    ),
    Problem(
        Home(ANY),
        "楼上卫生间漏水,天花板滴水",
        Urgent,
        "楼上地漏防水失效,已关闭用水并做闭水试验,约定返修",
    ),
    Problem(
        Home(ANY),
        "厨房燃气软管老化,有轻微异味",
        Urgent,
        "已关阀通风并陪同燃气公司更换软管,检漏合格",
    ),
    Problem(
        Home(ANY),
        "家里突然跳闸,合不上总开关",
        Urgent,
        "热水器漏电引起,隔离后恢复供电,建议更换热水器",
    ),
    Problem(
        Home(ANY),
        "水表读数异常,怀疑表后暗管漏水",
        Normal,
        "表后三通渗漏,已更换并请业主复核读数",
    ),
    Problem(
        Home(ANY),
        "次卧铝合金窗滑轮损坏,推不动",
        Low,
        "更换滑轮两只,推拉顺畅",
    ),
    Problem(
        Home(ANY),
        "淋浴间地漏返味,下水慢",
        Normal,
        "疏通并加装防臭地漏芯",
    ),
    Problem(
        Home(ANY),
        "入户水压很小,热水器打不着火",
        Normal,
        "清洗减压阀滤网,水压恢复",
    ),
    Problem(
        Home(ANY),
        "客厅吊灯不亮,自己够不着换",
        Low,
        "更换灯珠驱动一个",
    ),
    Problem(
        Home(ANY),
        "阳台地漏堵塞,下雨倒灌进客厅",
        High,
        "清出水泥块和树叶,排水正常",
    ),
    Problem(
        Home(ANY),
        "烟道止回阀坏了,别家油烟倒灌",
        Normal,
        "更换止回阀,排烟正常",
    ),
    Problem(Home(ANY), "信报箱锁坏,打不开", Low, "更换信箱锁,交钥匙两把"),
    Problem(
        Home(ANY),
        "厨房推拉门玻璃松动,怕掉下来",
        High,
        "重新打胶固定,加防坠胶条",
    ),
    Problem(
        Building(ANY, "一号电梯"),
        "电梯运行时有异响,到六楼抖动",
        Urgent,
        "维保单位到场,更换导靴衬,试运行一小时正常",
    ),
    Problem(
        Building(ANY, "二号电梯"),
        "电梯轿厢照明闪烁",
        Normal,
        "更换灯管和镇流器",
    ),
    Problem(
        Building(ANY, "首层大堂"),
        "单元门禁失灵,刷卡不开门",
        High,
        "读卡器进水,已更换并做防水",
    ),
    Problem(
        Building(ANY, "首层大堂"),
        "大堂玻璃门地弹簧漏油,关门夹人",
        High,
        "更换地弹簧,调慢关门速度",
    ),
    Problem(
        Building(ANY, "三楼楼梯间"),
        "楼梯间声控灯不亮",
        Normal,
        "更换声控开关",
    ),
    Problem(
        Building(ANY, "五楼走廊"),
        "消火栓箱门玻璃破裂",
        High,
        "更换玻璃,检查水带和水枪齐全",
    ),
    Problem(
        Building(ANY, "天台"),
        "天台排水口堵塞,有积水",
        Normal,
        "清理杂物,加装不锈钢网罩",
    ),
    Problem(
        Building(ANY, "四楼楼梯间"),
        "防火门闭门器脱落,门关不上",
        High,
        "重新安装闭门器,闭合正常",
    ),
    Problem(
        Building(ANY, "管道井"),
        "管道井内有持续滴水声",
        Normal,
        "立管检查口密封圈老化,已更换",
    ),
    Problem(
        Building(ANY, "地下车库"),
        "车库入口道闸不抬杆",
        High,
        "地感线圈断线,已重新布线",
    ),
    Problem(
        Building(ANY, "地下车库"),
        "车库顶部渗水,滴到车位上",
        Normal,
        "后浇带渗漏,已注浆并挂导水槽",
    ),
    Problem(
        Grounds("江畔", "江边步道"),
        "路灯连续五盏不亮",
        Normal,
        "电缆接头烧断,已更换接头并做防水",
    ),
    Problem(
        Grounds(ANY, "儿童游乐区"),
        "秋千链条松动,有安全隐患",
        Urgent,
        "更换链条和卸扣,承重测试合格",
    ),
    Problem(
        Grounds(ANY, "中心广场"),
        "地砖松动翘起,老人差点绊倒",
        High,
        "重新铺贴六平方米",
    ),
    Problem(
        Grounds(ANY, "正门岗"),
        "人行闸机刷脸无反应",
        Normal,
        "重启控制器并更换电源",
    ),
    Problem(
        Grounds("江畔", "候车亭"),
        "候车亭雨棚漏雨",
        Low,
        "更换阳光板两块",
    ),
    Problem(
        Grounds(ANY, "绿化带"),
        "喷灌水管爆裂,一直喷水",
        Urgent,
        "关阀更换接头,恢复供水",
    ),
    Problem(
        Grounds("翠堤", "网球场"),
        "球场围网破洞,球飞到马路上",
        Low,
        "修补围网两处",
    ),
];

pub const CUIHU_PROBLEMS: [Problem; 10] = [
    Problem(
        Home(WORKSHOP),
        "车间卷帘门卡住,货车进不来",
        Urgent,
        "更换卷帘门电机轴承,升降正常",
    ),
    Problem(
        Home(WORKSHOP),
        "车间照明一整排不亮,影响夜班",
        High,
        "空开触点烧蚀,已更换",
    ),
    Problem(
        Home(DORMITORY),
        "宿舍热水器不出热水",
        Normal,
        "更换加热管,出水温度正常",
    ),
    Problem(
        Home(DORMITORY),
        "宿舍阳台门锁损坏",
        Low,
        "更换锁体,交钥匙四把",
    ),
    Problem(
        Home(DORMITORY),
        "洗手间水龙头关不紧,一直滴水",
        Normal,
        "更换阀芯",
    ),
    Problem(
        Building(WORKSHOP, "货梯"),
        "货梯平层不准,叉车过不去",
        Urgent,
        "维保单位调整平层感应器,试运行正常",
    ),
    Problem(
        Building(WORKSHOP, "二楼配电间"),
        "配电间有焦糊味",
        Urgent,
        "接线端子过热,已紧固并更换受损电缆头",
    ),
    Problem(
        Building(WORKSHOP, "三楼走廊"),
        "疏散指示灯不亮",
        High,
        "更换蓄电池,应急放电测试合格",
    ),
    Problem(
        Grounds(WORKSHOP, "装卸区"),
        "地面坑洼积水,叉车打滑",
        High,
        "坑洞已用冷补料填平",
    ),
    Problem(
        Grounds(ANY, "南门岗"),
        "车牌识别认不出货车车牌",
        Normal,
        "调整摄像头角度和补光",
    ),
];
