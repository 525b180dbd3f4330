//! Phones that ask again as soon as they are answered.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use tokio::task::{LocalSet, spawn_local};
use tokio::time::sleep;

use super::Fault;
use super::measure::{Figures, Watch};
use super::phone::timed;
use super::stage::{Settings, Stage};

/// Measures something as often as the settings say.
pub async fn repeat(
    settings: &Settings,
    mut measure: impl AsyncFnMut() -> Result<Figures, Fault>,
) -> Result<Vec<Figures>, Fault> {
    let mut runs = Vec::new();
    for _ in 0..settings.repetitions {
        runs.push(measure().await?);
    }
    Ok(runs)
}

/// Lets each phone do the same again and again, side by side; the first third of the time warms up.
pub async fn run<P: 'static>(
    stage: &Stage<'_>,
    phones: Vec<P>,
    ask: impl AsyncFn(&mut P) -> Result<(), Fault> + 'static,
) -> Result<Figures, Fault> {
    let measured = Duration::from_secs_f64(stage.settings.seconds);
    let (is_measured, is_over) = (Rc::new(Cell::new(false)), Rc::new(Cell::new(false)));
    let latencies = Rc::new(RefCell::new(Vec::new()));
    let fault: Rc<RefCell<Option<Fault>>> = Rc::default();
    let ask = Rc::new(ask);
    let around = LocalSet::new();
    around
        .run_until(async {
            let mut tasks = Vec::new();
            for mut phone in phones {
                let (is_measured, is_over) = (is_measured.clone(), is_over.clone());
                let (latencies, fault, ask) = (latencies.clone(), fault.clone(), ask.clone());
                tasks.push(spawn_local(async move {
                    while !is_over.get() {
                        match timed(ask(&mut phone)).await {
                            Ok(((), latency)) if is_measured.get() => {
                                latencies.borrow_mut().push(latency);
                            }
                            Ok(_) => {}
                            Err(error) => {
                                is_over.set(true);
                                fault.replace(Some(error));
                            }
                        }
                    }
                }));
            }
            sleep(measured / 3).await;
            let watch = Watch::begin(stage.processes())?;
            is_measured.set(true);
            sleep(measured).await;
            is_measured.set(false);
            let figures = watch.end(latencies.take())?;
            is_over.set(true);
            for task in tasks {
                task.await?;
            }
            fault.take().map_or(Ok(figures), Err)
        })
        .await
}
