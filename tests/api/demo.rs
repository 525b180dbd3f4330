//! The demo estate as it is loaded.

use entity::households::party;
use entity::organisation::staff_member;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::json;
use xunfang::demo;

use crate::support::{PASSWORD, TestApp};

#[tokio::test]
async fn the_demo_loads_once_and_its_people_sign_in() {
    let app = TestApp::with(|settings| settings.sign_in.demo = true).await;
    let told = std::sync::Mutex::new(Vec::new());
    let tell = |done, total| told.lock().unwrap().push((done, total));
    demo::load(&app.app, PASSWORD, tell).await.unwrap();
    let (done, total) = *told.lock().unwrap().last().unwrap();
    assert_eq!(done, total);

    let count = async || {
        let db = app.app.db().reader();
        let parties = party::Entity::find().count(db).await.unwrap();
        (
            parties,
            staff_member::Entity::find().count(db).await.unwrap(),
        )
    };
    let loaded = count().await;
    assert_eq!(loaded.1, 30);
    demo::load(&app.app, PASSWORD, |_, _| {}).await.unwrap();
    assert_eq!(count().await, loaded);

    let office = app.sign_in("supervisor", "desk").await;
    let query = "{ communities { code name } }";
    let answer = office.run(query, json!({})).await;
    assert_eq!(
        answer.data("communities"),
        &json!([{ "code": "bijiang", "name": "碧江花园" }])
    );
    let resident = app.sign_in("resident", "phone").await;
    let answer = resident.run(query, json!({})).await;
    assert_eq!(answer.text("communities.0.code"), "bijiang");
    let merchant = app.sign_in("resident2", "phone2").await;
    let answer = merchant.run(query, json!({})).await;
    assert_eq!(answer.text("communities.0.code"), "cuihu");
}
