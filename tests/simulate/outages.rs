//! What breaks in a machine room: a process is killed, a database stops, one process of two is gone.

use super::postgres::Cluster;
use super::processes::{Run, Server, asked_again, database, database_on};

const ANY_PORT: &str = "127.0.0.1:0";

#[tokio::test]
async fn a_server_that_is_killed_in_the_middle_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let database = database(11).await;
    let mut server = Server::start(folder.path(), ANY_PORT, database.as_deref());
    let run = Run::new(11, 40).against(&[&server]);
    let told = run.holds(|| {
        server.kill();
        server = Server::start(folder.path(), &server.address, database.as_deref());
    });
    assert!(asked_again(&told) > 0, "nobody noticed: {told}");
}

#[tokio::test]
async fn a_database_server_that_stops_in_the_middle_loses_nothing() {
    let Some(cluster) = Cluster::start() else {
        eprintln!("skipped: there is no PostgreSQL under /usr/lib/postgresql");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let database = database_on(&cluster.url(), 12).await;
    let server = Server::start(folder.path(), ANY_PORT, Some(&database));
    let run = Run::new(12, 40).against(&[&server]);
    // Whoever asks meanwhile is kept waiting for a while, so perhaps nobody is refused.
    run.holds(|| {
        cluster.stop();
        while server.is_ready() {}
        cluster.resume();
    });
}

#[tokio::test]
async fn of_two_processes_on_one_database_one_may_be_killed() {
    let Some(cluster) = Cluster::start() else {
        eprintln!("skipped: there is no PostgreSQL under /usr/lib/postgresql");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let database = database_on(&cluster.url(), 13).await;
    let mut one = Server::start(folder.path(), ANY_PORT, Some(&database));
    let other = Server::start(folder.path(), ANY_PORT, Some(&database));
    let run = Run::new(13, 40).against(&[&one, &other]);
    let told = run.holds(|| one.kill());
    assert!(asked_again(&told) > 0, "nobody noticed: {told}");
}
