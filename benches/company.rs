//! The company that is measured: the standard definition, some sales people, and contacts that differ from each other.

use guanxi::model::{Contact, User};
use guanxi::record::Fields;
use guanxi::value::{Id, Name, Value};
use guanxi::{Command, Context, Crm, MemoryStore};

/// A compiled standard definition over a memory store.
pub struct Company {
    /// What decides.
    pub crm: Crm,
    /// Where it is kept.
    pub store: MemoryStore,
    /// The context of the next command.
    pub ctx: Context,
}

impl Company {
    /// Returns a company with twenty sales people and no customers.
    pub fn new() -> Self {
        let crm = guanxi::standard().compile().expect("the standard definition compiles");
        let now = "2026-03-02T09:00:00+08:00".parse().expect("an instant");
        let ctx = Context::system("acme".parse().expect("a tenant"), "import", now, 7).expect("a name");
        let mut company = Self { crm, store: MemoryStore::new(), ctx };
        for number in 0..20 {
            let user = User::new(&format!("u{number}")).role("sales").region("east").industry("software");
            company.run(&Command::create(user));
        }
        company
    }

    /// Runs a command that must not be refused.
    pub fn run(&mut self, command: &Command) -> Id {
        self.ctx = self.ctx.next();
        self.crm.run(&mut self.store, &self.ctx, command).expect("the command is right").id().clone()
    }
}

impl Default for Company {
    fn default() -> Self {
        Self::new()
    }
}

/// Returns the creation of a contact with twelve fields, different for every number.
pub fn contact(number: u64) -> Command {
    let family = ["王", "李", "张", "刘", "陈"][(number % 5) as usize];
    let given = ["伟", "芳", "娜", "敏", "静", "磊", "洋"][(number % 7) as usize];
    Command::create(
        Contact::new(&format!("{family}{given}"))
            .email(&format!("contact{number}@example.com"))
            .phone(&format!("138{:08}", number % 100_000_000))
            .wechat(&format!("wx{number}"))
            .position("采购经理")
            .language("zh")
            .address(&format!("上海市浦东新区世纪大道 {} 号", number % 3_000))
            .lead_source("web_form")
            .buying_role("influencer")
            .preference("邮件")
            .service_note("VIP")
            .owner(&format!("u{}", number % 20)),
    )
}

/// Returns a change of one field, different from the change before.
pub fn promotion(contact: &Id, round: u64) -> Command {
    let mut fields = Fields::new();
    fields.set(name("position"), Some(Value::text(["总监", "主管", "采购经理"][(round % 3) as usize])));
    Command::update(name("contact"), contact.clone(), fields)
}

/// Returns a name that is known to be one.
pub fn name(text: &str) -> Name {
    text.parse().expect("a name")
}
