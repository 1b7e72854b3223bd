//! A connection, and what it sends and hears.

use std::collections::HashMap;
use std::future::poll_fn;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncRead, AsyncWrite};
use tokio_postgres::tls::TlsConnect;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{AsyncMessage, Client, Config, Row, Statement};

use super::failure::Failure;

/// A value of a statement, and its type.
pub(super) type Value<'a> = (&'a (dyn ToSql + Sync), Type);

/// A connection that is open.
pub(super) struct Session {
    client: Client,
    /// The last notice or warning.
    notice: Arc<Mutex<Option<String>>>,
    is_kept: AtomicBool,
    /// Statements by their texts, of which there are few.
    prepared: Mutex<HashMap<String, Statement>>,
}

impl Session {
    /// Introduces us to the server behind a stream; the connection lives on a task of the runtime.
    pub(super) async fn start<S, T>(
        config: &Config,
        stream: S,
        tls: T,
    ) -> Result<Self, tokio_postgres::Error>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
        T: TlsConnect<S>,
        T::Stream: Send + 'static,
    {
        let (client, mut connection) = config.connect_raw(stream, tls).await?;
        let notice = Arc::new(Mutex::new(None));
        let heard = notice.clone();
        tokio::spawn(async move {
            while let Some(Ok(message)) = poll_fn(|context| connection.poll_message(context)).await
            {
                if let AsyncMessage::Notice(told) = message {
                    *heard.lock().unwrap_or_else(PoisonError::into_inner) =
                        Some(told.message().to_owned());
                }
            }
        });
        let (is_kept, prepared) = Default::default();
        Ok(Self { client, notice, is_kept, prepared })
    }

    /// Says that the connection is used again, from when on it pays to prepare statements.
    pub(super) fn keep(&self) {
        self.is_kept.store(true, Ordering::Relaxed);
    }

    pub(super) async fn rows(
        &self,
        statement: &str,
        values: &[Value<'_>],
    ) -> Result<Vec<Row>, Failure> {
        if !self.is_kept.load(Ordering::Relaxed) {
            return Ok(self.client.query_typed(statement, values).await?);
        }
        let prepared = self.prepared(statement, values).await?;
        let values: Vec<_> = values.iter().map(|(value, _)| *value).collect();
        Ok(self.client.query(&prepared, &values).await?)
    }

    async fn prepared(&self, text: &str, values: &[Value<'_>]) -> Result<Statement, Failure> {
        let known = || self.prepared.lock().unwrap_or_else(PoisonError::into_inner);
        let there = known().get(text).cloned();
        if let Some(statement) = there {
            return Ok(statement);
        }
        let types: Vec<_> = values.iter().map(|(_, kind)| kind.clone()).collect();
        let statement = self.client.prepare_typed(text, &types).await?;
        known().insert(text.to_owned(), statement.clone());
        Ok(statement)
    }

    pub(super) async fn row(
        &self,
        statement: &str,
        values: &[Value<'_>],
    ) -> Result<Option<Row>, Failure> {
        Ok(self.rows(statement, values).await?.pop())
    }

    /// Sends a change, and returns the rows that it returns.
    ///
    /// A server whose wait for the standby was cancelled says that all is well, with a warning.
    pub(super) async fn recorded(
        &self,
        statement: &str,
        values: &[Value<'_>],
    ) -> Result<Vec<Row>, Failure> {
        let notice = || self.notice.lock().unwrap_or_else(PoisonError::into_inner);
        notice().take();
        let rows = self.rows(statement, values).await?;
        let warned = notice().take();
        warned.map_or(Ok(rows), |text| Err(Failure::Warned(crate::domain::escaped(&text))))
    }

    /// Makes several changes, all of them or none.
    pub(super) async fn transaction<T>(
        &self,
        act: impl AsyncFnOnce() -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        self.run("BEGIN").await?;
        let done = act().await;
        match &done {
            Ok(_) => drop(self.recorded("COMMIT", &[]).await?),
            // The connection is used again.
            Err(_) => self.run("ROLLBACK").await?,
        }
        done
    }

    /// Sends several statements without values.
    pub(super) async fn run(&self, statements: &str) -> Result<(), Failure> {
        Ok(self.client.batch_execute(statements).await?)
    }
}
