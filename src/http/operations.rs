//! What may run over a socket: subscriptions, a few dozen at a time.

use std::sync::Arc;

use async_graphql::parser::types::OperationType;
use async_graphql::{Data, Executor, Request, Response, ServerError};
use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::Http;
use super::messages::Operation;
use super::refusal::Refusal;
use crate::error::{ApiError, Language};
use crate::graphql::RequestLoader;
use crate::graphql::document::Measured;
use crate::graphql::errors::speak;

/// Subscriptions on one socket at most.
pub const MOST: usize = 32;

/// Runs the subscriptions of one socket on any schema.
#[derive(Clone)]
pub struct Subscriptions<E> {
    executor: E,
    http: Http,
    language: Language,
    room: Arc<Semaphore>,
}

impl<E: Executor> Subscriptions<E> {
    pub fn new(executor: E, http: Http, language: Language) -> Self {
        Self {
            executor,
            http,
            language,
            room: Arc::new(Semaphore::new(MOST)),
        }
    }

    /// Whether the request may run, and its place among those that do.
    fn admit(&self, request: Request) -> Result<(Request, OwnedSemaphorePermit), Box<Response>> {
        let measured = Measured::read(request).map_err(|mut refused| {
            speak(&mut refused, self.language);
            refused
        })?;
        let mut request = measured.request;
        let document = request.parsed_query();
        let are_subscriptions = document.is_ok_and(|document| {
            let mut operations = document.operations.iter();
            operations.all(|(_, it)| it.node.ty == OperationType::Subscription)
        });
        if !are_subscriptions {
            return Err(Box::new(self.refuse(Refusal::NotASubscription)));
        }
        let place = self.room.clone().try_acquire_owned();
        let place = place.map_err(|_| Box::new(self.refuse(Refusal::TooManyOperations)))?;
        Ok((request, place))
    }

    fn refuse(&self, refusal: Refusal) -> Response {
        let error = async_graphql::Error::from(ApiError::from(refusal));
        let error: ServerError = error.into_server_error(async_graphql::Pos::default());
        let mut response = Response::from_errors(vec![error]);
        speak(&mut response, self.language);
        response
    }
}

impl<E: Executor> Executor for Subscriptions<E> {
    async fn execute(&self, _: Request) -> Response {
        self.refuse(Refusal::NotASubscription)
    }

    fn execute_stream(
        &self,
        request: Request,
        session: Option<Arc<Data>>,
    ) -> BoxStream<'static, Response> {
        let operation = Operation::of(&request);
        let refuse = move || operation.iter().for_each(Operation::refuse);
        let (request, place) = match self.admit(request) {
            Ok(admitted) => admitted,
            Err(refused) => {
                refuse();
                return stream::once(async { *refused }).boxed();
            }
        };
        let request = request.data(RequestLoader::of_subscription(self.http.app()));
        let language = self.language;
        let responses = self.executor.execute_stream(request, session);
        let spoken = responses.map(move |mut response| {
            // The place is given back with the stream.
            let _ = &place;
            if is_refused(&response) {
                refuse();
            }
            speak(&mut response, language);
            response
        });
        spoken.boxed()
    }
}

/// Whether nothing of an operation was begun: what goes wrong in one that runs names its field.
fn is_refused(response: &Response) -> bool {
    let mut errors = response.errors.iter();
    response.is_err() && errors.all(|error| error.path.is_empty())
}

#[cfg(test)]
mod tests {
    use async_graphql::{EmptyMutation, Object, Schema, Subscription};
    use futures_util::Stream;

    use super::*;
    use crate::http::tests::http;

    struct Query;

    #[Object]
    impl Query {
        async fn one(&self) -> i32 {
            1
        }
    }

    struct Numbers;

    #[Subscription]
    impl Numbers {
        async fn numbers(&self) -> impl Stream<Item = i32> {
            stream::iter([1]).chain(stream::pending())
        }
    }

    #[tokio::test]
    async fn a_socket_has_room_for_so_many_subscriptions_at_a_time() {
        let (http, _folder) = http().await;
        let schema = Schema::new(Query, EmptyMutation, Numbers);
        let socket = Subscriptions::new(schema, http, Language::English);
        let start = || socket.execute_stream(Request::new("subscription { numbers }"), None);
        let mut running = Vec::new();
        for _ in 0..MOST {
            let mut numbers = start();
            let first = numbers.next().await.unwrap();
            assert!(first.errors.is_empty(), "{first:?}");
            running.push(numbers);
        }
        let refused = start().next().await.unwrap();
        let code = refused.errors[0].extensions.as_ref().unwrap().get("code");
        assert_eq!(code, Some(&async_graphql::Value::from("RATE_LIMITED")));
        running.pop();
        let first = start().next().await.unwrap();
        assert!(first.errors.is_empty(), "{first:?}");
    }
}
