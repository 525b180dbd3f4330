//! What a server says at the terminal when it has started.

use std::net::SocketAddr;

use super::say;
use crate::demo::estate::{DemoCommunity, DemoStaff};
use crate::demo::{DemoEstate, DemoSize, demo_estate, load};

/// Where it listens.
pub fn tell_address(address: SocketAddr) {
    say(format_args!(
        "Xunfang {} is listening on http://{}",
        env!("CARGO_PKG_VERSION"),
        reachable(address)
    ));
}

/// How to begin with a database in which nobody can sign in.
pub fn tell_empty() {
    say("Nobody can sign in yet. Add the first administrator and the lists of your estate");
    say("(the embedded database is for one process at a time: stop this server first):");
    say("  xunfang staff add --account chief --name 陈主任 --administrator");
    say("  xunfang import --template estate.xlsx");
    say("  xunfang import estate.xlsx --community 云栖花园 --code yunxi");
    say("The second writes an empty workbook that explains itself: fill it in before the third.");
}

/// Who can sign in to the demo and what to try.
pub fn tell_demo(address: SocketAddr, size: DemoSize, password: &str) {
    let host = reachable(address);
    say(format_args!("Look at it:   http://{host}/"));
    say(format_args!("Try the API:  http://{host}/graphiql"));
    say("");
    say(format_args!(
        "Demo accounts, named after their posts; the password of all is {password}"
    ));
    let DemoEstate { communities } = demo_estate(size, load::SEED);
    for community in &communities {
        tell_accounts(community);
    }
    say("");
    say("What to try next:");
    say(format_args!(
        r#"  curl http://{host}/graphql -H 'content-type: application/json' -d '{{"query":"mutation {{ signIn(input: {{account: \"supervisor\", password: \"{password}\", device: {{id: \"curl\", name: \"curl\"}}}}) {{ accessToken viewer {{ name }} }} }}"}}'"#
    ));
    say(format_args!(
        "  open http://{host}/graphiql and put {{\"Authorization\": \"Bearer <accessToken>\"}} under Headers"
    ));
    say(format_args!(
        "  xunfang simulate --help    a day of an estate on virtual phones, against this server"
    ));
    if !address.ip().is_loopback() {
        say("");
        say("!! WARNING: this demo can be reached from other machines. Its accounts have a");
        say("!! published password. Put no real data into it; stop it when you are done.");
        tracing::warn!(%address, "the demo can be reached from other machines");
    }
    say("");
}

fn tell_accounts(community: &DemoCommunity) {
    say(format_args!("  {} ({})", community.name, community.code));
    let residents = community.residents.iter().map(|it| it.account.to_owned());
    tell_group("office", holders(&community.staff, true));
    tell_group("field", holders(&community.staff, false));
    tell_group("residents", residents);
}

/// The accounts of each post in turn; of many alike the first and the last.
fn holders(staff: &[DemoStaff], is_office: bool) -> impl Iterator<Item = String> {
    let posts = staff.chunk_by(|one, next| one.post == next.post);
    let posts = posts.filter(move |post| post.iter().any(|it| it.post.is_office() == is_office));
    posts.flat_map(|post| match post {
        [first, .., last] if post.len() > 3 => {
            vec![format!("{} … {}", first.account, last.account)]
        }
        few => few.iter().map(|it| it.account.to_owned()).collect(),
    })
}

/// The accounts of a group, in lines that fit a terminal.
fn tell_group(group: &str, accounts: impl Iterator<Item = String>) {
    const WIDTH: usize = 64;
    let mut lines = vec![String::new()];
    for account in accounts {
        let is_full = lines
            .last()
            .is_some_and(|line| line.len() + 1 + account.len() > WIDTH);
        if is_full {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            line.push(' ');
            line.push_str(&account);
        }
    }
    for (place, line) in lines.iter().enumerate() {
        let group = if place == 0 { group } else { "" };
        say(format_args!("    {group:<10}{line}"));
    }
}

/// The address as a browser on this machine takes it.
fn reachable(address: SocketAddr) -> String {
    if !address.ip().is_unspecified() {
        return address.to_string();
    }
    format!("127.0.0.1:{}", address.port())
}
