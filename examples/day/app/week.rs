//! What happens in the company's week, from Monday 2026-03-02 to Sunday, in China time.

use guanxi::Command;
use guanxi::crm::{Comment, ExternalId, StageMove, Upsert};
use guanxi::model::{Account, Activity, Contact, Deal, Lead, Order, Payment, Team, Ticket, User};
use guanxi::record::{Draft, Fields};
use guanxi::value::{Date, Id, Instant, Money, Name, Revision, Value};
use rust_decimal::Decimal;

use super::ask::{Ask, Cards, Many, One};
use super::company::{Company, Interest, Person};
use super::line::{Line, system, user};

/// A day of the week, by the day of March.
const MON: u32 = 2;
const TUE: u32 = 3;
const WED: u32 = 4;
const THU: u32 = 5;
const FRI: u32 = 6;
const SAT: u32 = 7;
const SUN: u32 = 8;

/// Returns the lines of the week in the order of time.
pub fn week(company: &Company) -> Vec<Line> {
    let mut lines = Vec::new();
    people(company, &mut lines);
    customers(company, &mut lines);
    leads(company, &mut lines);
    deals(company, &mut lines);
    tickets(company, &mut lines);
    refusals(company, &mut lines);
    clock(company, &mut lines);
    questions(company, &mut lines);
    in_order(lines)
}

/// Puts lines in the order of time; lines at the same time keep theirs.
pub fn in_order(mut lines: Vec<Line>) -> Vec<Line> {
    lines.sort_by_key(|line| line.at);
    lines
}

/// Teams and people, as the host knows them.
fn people(company: &Company, lines: &mut Vec<Line>) {
    let (staff, [first, second, _]) = (&company.staff, company.regions);
    let [at_home, also_at_home, overseas] = company.industries;
    let mut create =
        |draft: Draft| lines.push(Line::command(at(MON, "08:00"), system("import"), &Command::create(draft)));
    for (id, name, department) in [
        ("sales-first", format!("{}销售 Sales {}", first.chinese, first.key), "sales"),
        ("sales-second", format!("{}销售 Sales {}", second.chinese, second.key), "sales"),
        ("sales-abroad", "海外销售 Sales overseas".to_owned(), "sales"),
        ("marketing", "市场 Marketing".to_owned(), "marketing"),
        ("service", "售后 Service".to_owned(), "service"),
        ("finance", "财务 Finance".to_owned(), "finance"),
    ] {
        create(Team::new(id).name(&name).department(department).into());
    }
    let person =
        |person: &Person, role: &str, team: &str| User::new(&person.id).name(&person.name).role(role).team(team);
    create(User::new(&staff.manager.id).name(&staff.manager.name).role("management").into());
    let sales =
        |who: &Person, team: &str, region: &str| person(who, "sales", team).region(region).manager(&staff.manager.id);
    for who in &staff.first {
        let user = sales(who, "sales-first", first.key).industry(at_home.key).industry(also_at_home.key);
        create(user.into());
    }
    let both = sales(&staff.second, "sales-second", second.key).industry(at_home.key).industry(also_at_home.key);
    create(both.into());
    create(sales(&staff.abroad, "sales-abroad", "overseas").industry(overseas.key).language("en").into());
    create(person(&staff.marketing, "marketing", "marketing").into());
    let [all_round, specialist] = &staff.service;
    let [product, other] = company.products;
    create(person(all_round, "service", "service").skill(product.0).skill(other.0).into());
    create(person(specialist, "service", "service").skill(product.0).into());
    create(person(&staff.finance, "finance", "finance").into());
}

/// What the ERP knows.
fn customers(company: &Company, lines: &mut Vec<Line>) {
    let owners = [&company.staff.first[0], &company.staff.abroad];
    let teams = ["sales-first", "sales-abroad"];
    for (number, customer) in company.customers.iter().enumerate() {
        let name = format!("customer-{}", number + 1);
        let external = format!("C-{}", 1001 + number);
        let account = Account::new(&customer.company)
            .phone(&customer.phone)
            .region(customer.region)
            .industry(customer.industry)
            .lifecycle("customer")
            .grade(["A", "B"][number])
            .need(customer.need)
            .owner(&owners[number].id)
            .team(teams[number]);
        let erp = upsert(&external, account.into());
        lines.push(Line::command(at(MON, "08:20"), system("erp"), &erp).named(&name));
        let contact = Contact::new(&customer.person.name)
            .position(customer.position)
            .phone(&customer.phone)
            .email(&customer.email)
            .account(&handle(&name))
            .owner(&owners[number].id);
        let contact = upsert(&format!("{external}-1"), contact.into());
        lines.push(Line::command(at(MON, "08:21"), system("erp"), &contact).named(&format!("{name}-contact")));
    }
    // The nightly run of the ERP brings what changed, and all that did not.
    let changed =
        Account::new(&company.customers[0].company).payment_account("ICBC 6222 0210 0112").service_level("premium");
    lines.push(Line::command(at(WED, "08:05"), system("erp"), &upsert("C-1001", changed.into())));
    let unchanged = Account::new(&company.customers[1].company);
    lines.push(Line::command(at(WED, "08:06"), system("erp"), &upsert("C-1002", unchanged.into())));
}

/// Who fills in the form, and who follows up.
fn leads(company: &Company, lines: &mut Vec<Line>) {
    let times = [
        at(MON, "09:05"),
        at(MON, "09:40"),
        at(MON, "10:15"),
        at(MON, "11:20"),
        at(MON, "16:20"),
        at(TUE, "09:10"),
        at(WED, "10:40"),
        at(THU, "15:10"),
    ];
    let sources = ["web_form", "webinar", "live_stream", "web_form", "event", "referral", "web_form", "search"];
    for (number, (lead, (when, source))) in company.leads.iter().zip(times.into_iter().zip(sources)).enumerate() {
        let draft = Lead::new(&lead.company)
            .contact_name(&lead.person.name)
            .position(lead.position)
            .phone(&lead.phone)
            .email(&lead.email)
            .region(lead.region)
            .industry(lead.industry)
            .lead_source(source)
            .need(lead.need);
        let create = Command::create(draft);
        lines.push(Line::command(when, system("web-form"), &create).named(&format!("lead-{}", number + 1)));
    }
    // Nobody in sales stands for the region of the fourth: its manager gives it to somebody.
    let manager = user(&company.staff.manager.id, "sales_manager");
    let owner: Fields = [(name("owner"), Some(Value::text(&company.staff.second.id)))].into_iter().collect();
    lines.push(
        Line::command(at(MON, "14:00"), manager, &Command::update(name("lead"), handle("lead-4"), owner))
            .named("lead-4"),
    );

    let mut follow = |when: Instant, lead: &str, kind: &str, summary: &str, next_step: Option<(&str, u32)>| {
        let owner = format!("${lead}.owner");
        let activity = Activity::new(kind, when)
            .is_touch(true)
            .direction("outbound")
            .summary(summary)
            .lead(&handle(lead))
            .actor(&owner);
        let activity = match next_step {
            Some((step, day)) => activity.next_step(step).next_step_on(date(day)),
            None => activity,
        };
        lines.push(Line::command(when, user(&owner, "sales"), &Command::create(activity)));
    };
    follow(at(MON, "10:50"), "lead-1", "call", "首次电话:确认需求和预算 First call: need and budget confirmed", None);
    follow(at(MON, "15:05"), "lead-3", "message", "微信已加,发送资料 Connected on WeChat, material sent", None);
    follow(
        at(TUE, "11:05"),
        "lead-5",
        "mail",
        "Sent the product sheet and two references",
        Some(("Call about the references", THU)),
    );
    follow(at(WED, "09:30"), "lead-4", "call", "电话沟通,下周回访 Called, will call again next week", None);
    follow(
        at(WED, "14:25"),
        "lead-7",
        "call",
        "约定周五演示 Demonstration agreed for Friday",
        Some(("上门演示 Demonstration on site", FRI)),
    );
    follow(at(FRI, "14:05"), "lead-6", "call", "催办后联系上 Reached after the reminder", None);
    let visited = Command::event(name("lead"), handle("lead-5"), name("visited_website"));
    lines.push(Line::command(at(TUE, "17:05"), system("website"), &visited));
}

/// Three deals: the first lead's is won and paid, the foreign one is lost, the customer's is under way.
fn deals(company: &Company, lines: &mut Vec<Line>) {
    let [won, abroad, again] = company.amounts;
    let (lead, staff) = (&company.leads[0], &company.staff);
    let [product, other] = company.products;
    let manager = user(&staff.manager.id, "sales_manager");
    let account = Account::new(&lead.company)
        .phone(&lead.phone)
        .region(lead.region)
        .industry(lead.industry)
        .grade("A")
        .need(lead.need)
        .payment_account("CCB 3100 1518 0000")
        .owner("$lead-1.owner")
        .team("$lead-1.team");
    lines.push(Line::command(at(MON, "15:30"), system("erp"), &upsert("C-1003", account.into())).named("account"));
    let seller = || user("$lead-1.owner", "sales");
    let contact = Contact::new(&lead.person.name)
        .position(lead.position)
        .phone(&lead.phone)
        .email(&lead.email)
        .buying_role("decision_maker")
        .account(&handle("account"))
        .owner("$lead-1.owner");
    lines.push(Line::command(at(MON, "15:40"), seller(), &Command::create(contact)).named("contact"));
    let deal = |customer: &Interest, product: (&str, &str), amount: Money, owner: &str| {
        let title = format!("{} · {}", customer.short, product.1);
        Deal::new(&title).amount(amount).product(product.0).owner(owner)
    };
    let first = deal(lead, product, won, "$lead-1.owner")
        .team("$lead-1.team")
        .account(&handle("account"))
        .contact(&handle("contact"))
        .lead(&handle("lead-1"))
        .need(lead.need)
        .service_need("需上门安装 on-site installation required")
        .expected_close_on(date(20));
    lines.push(Line::command(at(MON, "15:45"), seller(), &Command::create(first)).named("deal"));
    let moved = |deal: &str, to: &str| Command::move_stage(name("deal"), handle(deal), to);
    lines.push(Line::command(at(TUE, "10:00"), seller(), &moved("deal", "first_contact")));
    let meeting = Activity::new("meeting", at(TUE, "14:00"))
        .is_touch(true)
        .direction("two_way")
        .summary("需求会:三方确认范围 Scope agreed with plant and IT")
        .deal(&handle("deal"))
        .contact(&handle("contact"))
        .actor("$lead-1.owner");
    lines.push(Line::command(at(TUE, "14:00"), seller(), &Command::create(meeting)));
    lines.push(Line::command(at(TUE, "14:10"), seller(), &moved("deal", "need_confirmation")));
    lines.push(Line::command(at(WED, "11:15"), seller(), &moved("deal", "proposal")));
    let comment = Command::Comment(Comment {
        object: name("deal"),
        id: handle("deal"),
        text: "安装窗口只有周末,能排吗? They can only install at a weekend: can we?".into(),
        mentions: vec![id(&staff.service[0].id)],
    });
    lines.push(Line::command(at(WED, "11:30"), seller(), &comment));
    lines.push(Line::command(at(THU, "16:00"), seller(), &moved("deal", "negotiation")));
    let contract: Fields = [(name("contract_ends_on"), Some(Value::Date(date_of(2027, 3, 5))))].into_iter().collect();
    let signed = Command::MoveStage(StageMove {
        object: name("deal"),
        id: handle("deal"),
        to: "won".into(),
        if_revision: None,
        fields: contract,
        at: None,
    });
    lines.push(Line::command(at(FRI, "10:20"), seller(), &signed).named("won"));
    let order = Order::new("SO-20260306-01")
        .account(&handle("account"))
        .contact(&handle("contact"))
        .deal(&handle("deal"))
        .amount(won)
        .product(product.0)
        .ordered_on(date(FRI))
        .deliver_by(date(13))
        .owner("$lead-1.owner");
    lines.push(Line::command(at(FRI, "10:45"), system("erp"), &upsert("SO-20260306-01", order.into())).named("order"));
    let half = won.allocate(&[3, 7]).map(|parts| parts[0]).unwrap_or(won);
    let rest = won.minus(half).unwrap_or(won);
    for (when, amount, number) in [(at(FRI, "15:20"), half, "BT-0306-118"), (at(SAT, "11:10"), rest, "BT-0307-004")] {
        let day = if number == "BT-0306-118" { FRI } else { SAT };
        let payment =
            Payment::new(amount).number(number).order(&handle("order")).method("bank_transfer").received_on(date(day));
        lines.push(Line::command(when, user(&staff.finance.id, "finance"), &Command::create(payment)));
    }
    let done: Fields = [
        (name("status"), Some(Value::text("done"))),
        (name("result"), Some(Value::text("周六安装完毕 Installed on Saturday"))),
    ]
    .into_iter()
    .collect();
    let task = Command::update(name("task"), handle("won.deal-won"), done);
    lines.push(Line::command(at(SAT, "17:10"), manager.clone(), &task));

    // Abroad: the second lead nobody follows; the fifth becomes a deal, and is lost.
    let second = deal(&company.leads[4], other, abroad, "$lead-5.owner")
        .team("$lead-5.team")
        .lead(&handle("lead-5"))
        .need(company.leads[4].need)
        .expected_close_on(date(12));
    let seller = || user("$lead-5.owner", "sales");
    lines.push(Line::command(at(WED, "16:10"), seller(), &Command::create(second)).named("deal-abroad"));
    lines.push(Line::command(at(THU, "17:00"), seller(), &moved("deal-abroad", "proposal")));
    let lost: Fields = [
        (name("lost_reason"), Some(Value::text("competitor"))),
        (name("competitor"), Some(Value::text("Pinecrest Systems"))),
    ]
    .into_iter()
    .collect();
    let lost = Command::MoveStage(StageMove {
        object: name("deal"),
        id: handle("deal-abroad"),
        to: "lost".into(),
        if_revision: None,
        fields: lost,
        at: None,
    });
    lines.push(Line::command(at(FRI, "16:30"), seller(), &lost));

    // The customer buys again: still under way on Sunday.
    let owner = &staff.first[0].id;
    let repeat = deal(&company.customers[0], other, again, owner)
        .team("sales-first")
        .kind("repeat")
        .account(&handle("customer-1"))
        .contact(&handle("customer-1-contact"))
        .expected_close_on(date(27));
    lines.push(Line::command(at(TUE, "09:45"), user(owner, "sales"), &Command::create(repeat)).named("deal-again"));
    lines.push(Line::command(at(THU, "11:00"), user(owner, "sales"), &moved("deal-again", "need_confirmation")));
}

/// A complaint at home that ends well, and a request from abroad that does not.
fn tickets(company: &Company, lines: &mut Vec<Line>) {
    let (desk, product) = (user(&company.staff.service[0].id, "service"), company.products[0]);
    let cases = [
        (
            "ticket-1",
            "customer-1-contact",
            at(TUE, "11:20"),
            "complaint",
            "high",
            "wechat",
            format!("{} 频繁掉线", product.1),
        ),
        (
            "ticket-2",
            "customer-2-contact",
            at(WED, "15:00"),
            "request",
            "medium",
            "mail",
            "Delivery note is missing".into(),
        ),
    ];
    for (ticket, contact, when, kind, priority, channel, subject) in cases {
        let draft = Ticket::new(&subject)
            .kind(kind)
            .priority(priority)
            .channel(channel)
            .product(product.0)
            .contact(&handle(contact));
        lines.push(Line::command(when, desk.clone(), &Command::create(draft)).named(ticket));
    }
    let steps = [
        (
            "ticket-1",
            at(TUE, "13:40"),
            at(WED, "13:30"),
            "call",
            "远程诊断 Remote diagnosis",
            "更换模块 Module replaced",
        ),
        ("ticket-2", at(WED, "17:20"), at(FRI, "09:15"), "mail", "Asked the carrier", "Sent a copy of the note"),
    ];
    for (ticket, answered, resolved, kind, summary, resolution) in steps {
        let owner = format!("${ticket}.owner");
        let activity = Activity::new(kind, answered)
            .is_touch(true)
            .direction("outbound")
            .summary(summary)
            .ticket(&handle(ticket))
            .actor(&owner);
        lines.push(Line::command(answered, user(&owner, "service"), &Command::create(activity)));
        let fields: Fields =
            [(name("status"), Some(Value::text("resolved"))), (name("resolution"), Some(Value::text(resolution)))]
                .into_iter()
                .collect();
        let resolve = Command::update(name("ticket"), handle(ticket), fields);
        lines.push(Line::command(resolved, user(&owner, "service"), &resolve));
    }
    for (ticket, when, score) in [
        ("ticket-1", at(THU, "10:05"), company.satisfaction[0]),
        ("ticket-2", at(SAT, "09:10"), company.satisfaction[1]),
    ] {
        let fields: Fields = [(name("satisfaction"), Some(Value::Decimal(Decimal::from(score))))].into_iter().collect();
        lines.push(Line::command(when, system("survey"), &Command::update(name("ticket"), handle(ticket), fields)));
    }
}

/// What is refused: a delete that no role of sales grants, and a form that was opened before somebody else saved.
fn refusals(company: &Company, lines: &mut Vec<Line>) {
    let delete = Command::delete(name("lead"), handle("lead-2"));
    lines.push(Line::command(at(MON, "17:00"), user(&company.staff.abroad.id, "sales"), &delete));
    let amount: Fields = [(name("discount"), Some(Value::Decimal(Decimal::new(10, 2))))].into_iter().collect();
    // The page was opened when the deal was new, and has been open since.
    let stale = Command::update(name("deal"), handle("deal"), amount).if_revision(Revision::FIRST);
    lines.push(Line::command(at(TUE, "16:40"), user(&company.staff.manager.id, "sales_manager"), &stale));
}

/// The host's clock and its mail.
fn clock(_: &Company, lines: &mut Vec<Line>) {
    for day in MON..=SUN {
        lines.extend(["08:30", "10:30", "14:30", "17:30"].map(|time| Line::tick(at(day, time))));
        lines.extend(["12:00", "18:00"].map(|time| Line::deliver(at(day, time))));
    }
}

/// What people look at.
fn questions(company: &Company, lines: &mut Vec<Line>) {
    let (staff, manager) = (&company.staff, user(&company.staff.manager.id, "sales_manager"));
    let mine = |who: &Person| {
        let filter = format!("owner == '{}' && status in ['assigned', 'contacted', 'qualified']", who.id);
        Ask::List(Many { object: name("lead"), filter: Some(filter), sort: None, descending: false, limit: Some(20) })
    };
    for (day, who) in [(TUE, &staff.abroad), (WED, &staff.second), (THU, &staff.abroad), (FRI, &staff.first[0])] {
        lines.push(Line::ask(at(day, "08:40"), user(&who.id, "sales"), &mine(who)));
    }
    let tasks = Ask::List(Many {
        object: name("task"),
        filter: Some("status == 'open'".into()),
        sort: Some(name("due_at")),
        descending: false,
        limit: Some(20),
    });
    lines.push(Line::ask(at(SUN, "18:10"), manager.clone(), &tasks));
    let board = Ask::Board(Cards { object: name("deal"), cards: Some(20) });
    lines.push(Line::ask(at(SUN, "18:15"), manager.clone(), &board));
    let one = |object: &str, of: &str, limit| One { object: name(object), id: handle(of), limit: Some(limit) };
    lines.push(Line::ask(at(SUN, "18:20"), manager.clone(), &Ask::Customer360(one("account", "account", 10))));
    lines.push(Line::ask(at(SUN, "18:25"), manager, &Ask::Timeline(one("deal", "deal", 14))));
}

fn upsert(external: &str, draft: Draft) -> Command {
    Command::Upsert(Upsert {
        object: draft.object().clone(),
        external: ExternalId { system: name("erp"), id: external.to_owned() },
        id: None,
        fields: draft.fields().clone(),
        at: None,
        references: Vec::new(),
    })
}

/// Returns what stands for a record that a line makes.
fn handle(named: &str) -> Id {
    id(&format!("${named}"))
}

fn id(text: &str) -> Id {
    text.parse().unwrap_or_else(|error| unreachable!("`{text}`: {error}"))
}

fn name(text: &str) -> Name {
    text.parse().unwrap_or_else(|error| unreachable!("`{text}`: {error}"))
}

fn date(day: u32) -> Date {
    date_of(2026, 3, day)
}

fn date_of(year: i32, month: u32, day: u32) -> Date {
    Date::new(year, month, day).unwrap_or_else(|| unreachable!("{year}-{month}-{day} is a day"))
}

/// Returns a time of a day of March 2026 in China.
fn at(day: u32, time: &str) -> Instant {
    let text = format!("2026-03-{day:02}T{time}:00+08:00");
    text.parse().unwrap_or_else(|error| unreachable!("`{text}`: {error}"))
}
