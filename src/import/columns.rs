//! The columns of the lists: what they are called, also by other offices, and how they are to be filled.

use entity::kinds::{Occupancy, PostKind, RelationKind, every};
use entity::words::Word;

use super::fault::{masked, shown};

/// A column of a list.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    pub name: &'static str,
    /// What other offices call it.
    pub also: &'static [&'static str],
    pub kind: Kind,
    /// Whether every row must fill it.
    pub is_required: bool,
    /// Whether a list may come without it, which leaves what is known.
    pub may_be_absent: bool,
    /// How to fill it, for the template.
    pub explained: &'static str,
}

/// What stands in a column.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    Text,
    Number,
    Date,
    /// A phone or an identity number: a fault repeats only its ends.
    Personal,
    /// One of these words.
    Choice(fn() -> Vec<&'static str>),
}

impl Column {
    const fn of(
        name: &'static str,
        also: &'static [&'static str],
        explained: &'static str,
    ) -> Self {
        Self {
            name,
            also,
            kind: Kind::Text,
            is_required: false,
            may_be_absent: false,
            explained,
        }
    }

    const fn required(self) -> Self {
        Self {
            is_required: true,
            ..self
        }
    }

    const fn absent(self) -> Self {
        Self {
            may_be_absent: true,
            ..self
        }
    }

    const fn kind(self, kind: Kind) -> Self {
        Self { kind, ..self }
    }

    /// Whether a header, without its blanks, means this column.
    pub fn is_called(&self, header: &str) -> bool {
        const DRESS: [&str; 6] = ["*", ":", "(必填)", "(选填)", "必填", "选填"];
        let bare = DRESS.iter().fold(header, |header, dress| {
            let header = header.strip_prefix(dress).unwrap_or(header);
            header.strip_suffix(dress).unwrap_or(header)
        });
        [header, bare]
            .iter()
            .any(|header| self.name == *header || self.also.contains(header))
    }

    /// A cell of this column as a fault repeats it.
    pub fn shown(&self, cell: &str) -> String {
        match self.kind {
            Kind::Personal => shown(&masked(cell)),
            _ => shown(cell),
        }
    }
}

pub const BUILDING: Column = Column::of(
    "楼栋",
    &[
        "楼宇",
        "栋",
        "栋号",
        "楼号",
        "楼栋名称",
        "楼栋号",
        "栋座",
        "楼座",
        "幢",
        "幢号",
        "楼宇名称",
        "座",
    ],
    "楼栋名称，如 江畔1栋；相同楼栋可合并单元格",
)
.required();
pub const FLOOR: Column = Column::of(
    "楼层",
    &["层", "所在楼层", "层数", "楼层号", "所在层"],
    "3、三、3层、首层 或 3A（4 层）；地下写 B1、-1 或 地下一；没有 0 层",
)
.required()
.kind(Kind::Number);
pub const ROOM_NUMBER: Column = Column::of(
    "房号",
    &[
        "房间号",
        "房间号码",
        "室号",
        "房屋号",
        "房屋编号",
        "单元号",
        "门牌",
        "门牌号",
        "房号(门牌)",
        "房间",
    ],
    "门上写的号码，前面的 0 要保留，如 0101",
)
.required();
pub const LAYOUT: Column = Column::of(
    "户型",
    &["房型", "户型结构", "房屋户型"],
    "如 三房两厅；空着保留原值",
);
pub const AREA: Column = Column::of(
    "建筑面积",
    &[
        "面积",
        "建筑面积(m2)",
        "建筑面积(平方米)",
        "面积(m2)",
        "面积(平方米)",
        "建筑面积(平米)",
        "建面",
        "产权面积",
    ],
    "平方米数，最多两位小数，不写单位；空着保留原值",
)
.kind(Kind::Number);
pub const OCCUPANCY: Column = Column::of(
    "居住状态",
    &["入住状态", "居住情况", "房屋状态", "入住情况", "使用状态"],
    "长住、非长住、空置、托管 或 出租",
)
.required()
.kind(Kind::Choice(occupancies));
pub const NAME: Column = Column::of(
    "姓名",
    &[
        "业主姓名",
        "住户姓名",
        "员工姓名",
        "客户姓名",
        "名称",
        "姓名/单位",
        "业主名称",
        "客户名称",
        "业主姓名/单位名称",
    ],
    "个人姓名或单位名称",
)
.required();
pub const RELATION: Column = Column::of(
    "身份",
    &[
        "关系",
        "与房屋关系",
        "住户身份",
        "住户类型",
        "与业主关系",
        "客户类型",
    ],
    "业主、家属、租户、住户、商户 或 受托人",
)
.required()
.kind(Kind::Choice(relations));
pub const PHONE: Column = Column::of(
    "手机",
    &[
        "手机号", "手机号码", "电话", "电话号码", "联系电话", "移动电话", "联系方式", "联系手机", "联系号码",
    ],
    "11 位手机号，或带区号的座机，分机写 转801；多个号码用 / 分开，第一个用于查找；本列为文本格式；空着保留原值",
)
.absent()
.kind(Kind::Personal);
pub const IDENTITY_NUMBER: Column = Column::of(
    "证件号码",
    &[
        "证件号", "身份证", "身份证号", "身份证号码", "证件编号", "证件号码/信用代码", "统一社会信用代码",
        "身份证/护照号",
    ],
    "身份证、港澳台通行证或居住证、护照的号码，单位写统一社会信用代码；本列为文本格式，否则末几位会丢失；空着保留原值",
)
.absent()
.kind(Kind::Personal);
pub const STARTS_ON: Column = Column::of(
    "起始日期",
    &[
        "开始日期",
        "起始日",
        "起租日期",
        "入住日期",
        "入伙日期",
        "交楼日期",
        "起租日",
    ],
    "如 2024-3-1、2024/3/1、2024年3月1日 或 20240301",
)
.kind(Kind::Date);
pub const ENDS_ON: Column = Column::of(
    "结束日期",
    &[
        "终止日期",
        "截止日期",
        "到期日期",
        "到期日",
        "租约到期",
        "迁出日期",
        "终止日",
    ],
    "写法同起始日期，不早于起始日期；没有期限就空着",
)
.kind(Kind::Date);
pub const ZONE: Column = Column::of(
    "分区",
    &["苑区", "区域", "片区", "责任区"],
    "苑区名称；楼栋表中没有的分区会新建；空着保留原值",
)
.absent();
pub const PARTY_KEY: Column = Column::of(
    "住户编号",
    &["编号", "业主编号", "客户编号"],
    "本工作簿内住户的编号，每人一个，关系表用它指明住户，如 1、2、3；导出的编号请勿改动",
)
.required();
pub const POST: Column = Column::of("岗位", &["职位", "职务", "岗位名称"], "从下拉列表中选择")
    .required()
    .kind(Kind::Choice(posts));
pub const ACCOUNT: Column = Column::of(
    "账号",
    &["帐号", "登录账号", "登录帐号", "登录名", "用户名"],
    "登录用的账号，不分大小写；新账号没有密码，须由管理处用 xunfang staff password 设置",
)
.required();

/// The list of units.
pub const UNIT_COLUMNS: [Column; 6] = [BUILDING, FLOOR, ROOM_NUMBER, LAYOUT, AREA, OCCUPANCY];

/// The list of parties, as a file of its own: each row one relation of one party.
pub const PARTY_COLUMNS: [Column; 8] = [
    BUILDING,
    ROOM_NUMBER,
    NAME,
    RELATION,
    PHONE,
    IDENTITY_NUMBER,
    STARTS_ON,
    ENDS_ON,
];

/// The sheet of buildings.
pub const BUILDING_COLUMNS: [Column; 2] = [BUILDING, ZONE];

/// The sheet of parties: each row one party.
pub const PERSON_COLUMNS: [Column; 4] = [PARTY_KEY, NAME, PHONE, IDENTITY_NUMBER];

/// The sheet of what parties are to units.
pub const RELATION_COLUMNS: [Column; 7] = [
    BUILDING,
    ROOM_NUMBER,
    PARTY_KEY,
    NAME_TO_COMPARE,
    RELATION,
    STARTS_ON,
    ENDS_ON,
];

/// The name once more, for whoever reads the sheet of relations.
pub const NAME_TO_COMPARE: Column = Column {
    is_required: false,
    explained: "方便查看，可以空着；填写时须与住户表一致",
    ..NAME.absent()
};

/// The sheet of staff.
pub const STAFF_COLUMNS: [Column; 4] = [NAME, POST, ZONE_OF_STAFF, ACCOUNT];

const ZONE_OF_STAFF: Column = Column {
    explained: "负责的苑区，须已存在或写在楼栋表中；空着保留原值",
    ..ZONE
};

fn occupancies() -> Vec<&'static str> {
    every().map(Occupancy::chinese).collect()
}

fn relations() -> Vec<&'static str> {
    every().map(RelationKind::chinese).collect()
}

fn posts() -> Vec<&'static str> {
    every().map(PostKind::chinese).collect()
}
