"""MongoDB: the only module that knows the driver.

Motor is past its end of life (critical fixes until May 2027). Everything else works with
:class:`Database`, so that the driver can be replaced here alone.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Self

import pymongo
from bson.codec_options import CodecOptions
from bson.errors import BSONError
from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import WriteConcern
from pymongo.errors import (
    ConnectionFailure,
    OperationFailure,
    PyMongoError,
)
from pymongo.read_concern import ReadConcern

from shared.contracts.errors import SuyuanError
from shared.runtime.base.documents import Document, Work

_NOT_AUTHORIZED = 13
_NO_INDEX = 27
_NAMESPACE_EXISTS = 48
_SOCKET_TIMEOUT_MS = 30_000
"""A server that is alive answers each command of a batch well within it; probes.py asks beside."""


class Unavailable(SuyuanError):
    """MongoDB is away or not ready; the same again may work later."""


class Conflict(SuyuanError):
    """Somebody else changed the same rows first; load again and decide again."""


class Refused(SuyuanError):
    """MongoDB will never take this write as it is."""


class Database:
    """One service's own database.

    All reads are from the primary; all writes are acknowledged by the majority.
    """

    def __init__(self, client: "AsyncIOMotorClient[Document]", name: str) -> None:
        """Keep the client; :meth:`connect` makes one."""
        self._client = client
        self._database = client.get_database(
            name,
            codec_options=CodecOptions(tz_aware=True),
            write_concern=WriteConcern(w="majority"),
            read_concern=ReadConcern("majority"),
        )
        self.name = name

    @classmethod
    def connect(cls, url: str, name: str, *, timeout_ms: int = 3000) -> Self:
        """Make a client; the connection itself is made with the first call.

        Args:
            url: MongoDB URL; a replica set, since transactions need one.
            name: Name of the database.
            timeout_ms: Longest wait for a server to be there.
        """
        client: AsyncIOMotorClient[Document] = AsyncIOMotorClient(
            url,
            serverSelectionTimeoutMS=timeout_ms,
            connectTimeoutMS=timeout_ms,
            socketTimeoutMS=_SOCKET_TIMEOUT_MS,
            maxPoolSize=8,
            retryWrites=True,
        )
        return cls(client, name)

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    async def ping(self, *, within_s: float = 5.0) -> None:
        """Ask whether a primary answers.

        Args:
            within_s: Longest wait, seconds; a frozen server would else be waited for as long as for a batch.

        Raises:
            Unavailable: None does.
        """
        try:
            hello = await asyncio.to_thread(self._hello, within_s)
        except PyMongoError as error:
            raise _named(error) from error
        if not hello.get("setName"):
            raise Unavailable(
                code="mongo.no_replica_set",
                zh="MongoDB 不是副本集,事务不可用。请以副本集方式启动 mongod。",
                en="MongoDB is not a replica set, so it has no transactions. Start mongod with --replSet.",
            )

    async def version(self) -> str:
        """Return the version of the server."""
        try:
            return str((await self._client.server_info())["version"])
        except PyMongoError as error:
            raise _named(error) from error

    async def offers(self, compressor: str) -> bool:
        """Return whether the server unpacks messages that were packed so, such as with ``zlib``."""
        try:
            said = await self._client.admin.command("hello", compression=[compressor])
        except PyMongoError as error:
            raise _named(error) from error
        return compressor in said.get("compression", ())

    def _hello(self, within_s: float) -> Document:
        with pymongo.timeout(within_s):
            return dict(self._client.delegate.admin.command("hello"))

    async def get(self, collection: str, id: str) -> Document | None:
        """Return one document by its id, or ``None``."""
        try:
            return await self._database[collection].find_one({"_id": id})
        except PyMongoError as error:
            raise _named(error) from error

    async def find(
        self,
        collection: str,
        filter: Mapping[str, Any],
        *,
        sort: Sequence[tuple[str, int]] = (),
        limit: int = 0,
        fields: Sequence[str] = (),
    ) -> list[Document]:
        """Return the documents that match; ``limit`` 0 is all, ``fields`` empty is all."""
        cursor = self._database[collection].find(filter, list(fields) or None, batch_size=2000, limit=limit)
        if sort:
            cursor = cursor.sort(list(sort))
        try:
            return await cursor.to_list(None)
        except PyMongoError as error:
            raise _named(error) from error

    async def aggregate(
        self, collection: str, pipeline: Sequence[Mapping[str, Any]], *, at_once: bool = False
    ) -> list[Document]:
        """Return the result of an aggregation.

        Args:
            collection: Where it begins.
            pipeline: Its steps.
            at_once: Whether all that it reads, of other collections too, is read as of one instant.
        """
        source = self._database[collection]
        if at_once:
            source = source.with_options(read_concern=ReadConcern("snapshot"))
        try:
            return await source.aggregate(list(pipeline)).to_list(None)
        except PyMongoError as error:
            raise _named(error) from error

    async def count(self, collection: str, filter: Mapping[str, Any] | None = None) -> int:
        """Count the documents that match; all, without reading them, where no filter is given."""
        try:
            if filter is None:
                return await self._database[collection].estimated_document_count()
            return await self._database[collection].count_documents(filter)
        except PyMongoError as error:
            raise _named(error) from error

    async def put(self, collection: str, id: str, document: Mapping[str, Any]) -> None:
        """Write one document whole, outside any transaction."""
        try:
            await self._database[collection].replace_one({"_id": id}, document, upsert=True)
        except PyMongoError as error:
            raise _named(error) from error

    async def exchange(self, collection: str, old: Document, new: Mapping[str, Any]) -> bool:
        """Replace a document by another if it still is as it was read, outside any transaction.

        Returns:
            Whether it was.
        """
        try:
            result = await self._database[collection].replace_one(dict(old), new)
        except PyMongoError as error:
            raise _named(error) from error
        return bool(result.matched_count)

    async def put_if_absent(self, collection: str, id: str, document: Mapping[str, Any]) -> Document:
        """Write a document unless there is one; return the one that stands."""
        await self.put_all_if_absent(collection, {id: document})
        return await self.get(collection, id) or {}

    async def put_all_if_absent(self, collection: str, documents: Mapping[str, Mapping[str, Any]]) -> None:
        """Write those documents, by id, that are not there yet, outside any transaction."""
        updates = [
            {"q": {"_id": id_}, "u": {"$setOnInsert": document}, "upsert": True}
            for id_, document in documents.items()
        ]
        command = {"update": collection, "updates": updates, "writeConcern": {"w": "majority"}}
        try:
            result = await self._database.command(command)
        except PyMongoError as error:
            raise _named(error) from error
        if result.get("writeErrors"):
            raise _write_error(result["writeErrors"][0])

    async def delete(self, collection: str, ids: Sequence[str]) -> None:
        """Delete documents by id, outside any transaction."""
        try:
            await self._database[collection].delete_many({"_id": {"$in": list(ids)}})
        except PyMongoError as error:
            raise _named(error) from error

    async def ensure(
        self, collections: Iterable[str], indexes: Mapping[str, Sequence[tuple[str, ...]]]
    ) -> None:
        """Make collections (a transaction cannot) and indexes that are missing.

        Args:
            collections: Names.
            indexes: Field names by collection; ``-`` in front is descending, ``?`` leaves out the
                documents that lack the field.
        """
        try:
            there = set(await self._database.list_collection_names())
            for name in {*collections, *indexes} - there:
                await self._create(name)
            for name, wanted in indexes.items():
                for fields in wanted:
                    keys, options = _index(fields)
                    await self._database[name].create_index(keys, **options)
        except PyMongoError as error:
            raise _named(error) from error

    async def expire(self, collection: str, field: str, after_s: int | None) -> None:
        """Let documents expire some time after the date in a field; those without it stay.

        An index that says otherwise, as of an earlier setting, is changed.

        Args:
            collection: Name.
            field: A date; it has no other index.
            after_s: How long after it, seconds; ``None`` for never.

        Raises:
            Unavailable: MongoDB is away, or another replica that starts now was in the way.
        """
        try:
            there = await self._index_of(collection, field)
            if after_s is None:
                if there is not None:
                    await self._drop_index(collection, there["name"])
            elif there is None:
                await self._create_expiry(collection, field, after_s)
            elif there.get("expireAfterSeconds") != after_s:
                await self._change_expiry(collection, there["name"], field, after_s)
        except PyMongoError as error:
            raise _named(error) from error

    async def _index_of(self, collection: str, field: str) -> Document | None:
        indexes = await self._database[collection].list_indexes().to_list(None)
        return next((dict(one) for one in indexes if list(one["key"]) == [field]), None)

    async def _create_expiry(self, collection: str, field: str, after_s: int) -> None:
        await self._database[collection].create_index([(field, 1)], expireAfterSeconds=after_s)

    async def _change_expiry(self, collection: str, name: str, field: str, after_s: int) -> None:
        change = {"name": name, "expireAfterSeconds": after_s}
        try:
            await self._database.command({"collMod": collection, "index": change})
        except OperationFailure as error:
            # The role of a service makes and drops indexes, and does not change them.
            if error.code != _NOT_AUTHORIZED:
                raise
            await self._drop_index(collection, name)
            await self._create_expiry(collection, field, after_s)

    async def _drop_index(self, collection: str, name: str) -> None:
        try:
            await self._database[collection].drop_index(name)
        except OperationFailure as error:
            if error.code != _NO_INDEX:  # another replica that starts now was faster
                raise

    async def _create(self, name: str) -> None:
        try:
            await self._database.create_collection(name, check_exists=False)
        except OperationFailure as error:
            if error.code != _NAMESPACE_EXISTS:  # another replica that starts now was faster
                raise

    async def commit(self, work: Work) -> None:
        """Write everything or nothing.

        Raises:
            Conflict: A guarded row is not as it was loaded, or a new row is already there.
            Refused: MongoDB will not take one of the rows, whoever sends it again.
            Unavailable: MongoDB is away; the work may or may not be written.
        """
        try:
            # One hop to a thread for all commands; Motor makes one for each, and two more.
            await asyncio.to_thread(self._transact, work)
        except PyMongoError as error:
            raise _named(error) from error
        except (BSONError, OverflowError) as error:
            raise Refused(
                code="mongo.refused", zh="该行无法存储。", en=f"A row cannot be stored: {error}"
            ) from error

    def _transact(self, work: Work) -> None:
        database = self._database.delegate
        with (
            self._client.delegate.start_session() as session,
            # A transaction takes its concerns from the client, not from the database.
            session.start_transaction(write_concern=WriteConcern(w="majority")),
        ):
            for command, guarded in work.commands():
                result = database.command(command, session=session)
                if result.get("writeErrors"):
                    raise _write_error(result["writeErrors"][0])
                if guarded is not None and result["n"] != guarded:
                    raise _conflict("a guarded row was changed by somebody else")


def _index(fields: tuple[str, ...]) -> tuple[list[tuple[str, int]], dict[str, Any]]:
    keys = [(field.lstrip("-?"), -1 if field.startswith("-") else 1) for field in fields]
    some = {field[1:]: {"$exists": True} for field in fields if field.startswith("?")}
    return keys, {"partialFilterExpression": some} if some else {}


def _conflict(text: str) -> Conflict:
    return Conflict(
        code="mongo.conflict",
        zh="写入冲突,将重新读取后重试。",
        en=f"Write conflict: {text}; it is tried again.",
    )


def _write_error(error: Mapping[str, Any]) -> SuyuanError:
    if error.get("code") in _CONFLICTS:
        return _conflict(str(error.get("errmsg", ""))[:200])
    return Refused(
        code="mongo.refused",
        zh="数据库拒绝写入。",
        en=f"MongoDB refuses the write: {str(error.get('errmsg', ''))[:300]}",
    )


def _named(error: PyMongoError) -> SuyuanError:
    """Return a driver error as one of ours: away, in conflict, or refused for good."""
    text = str(error)[:300]
    if isinstance(error, OperationFailure) and error.code in _CONFLICTS:
        return _conflict(text)
    if error.has_error_label("TransientTransactionError") and not isinstance(error, ConnectionFailure):
        return _conflict(text)
    if isinstance(error, OperationFailure) and error.code in _REFUSALS:
        return Refused(code="mongo.refused", zh="数据库拒绝该操作。", en=f"MongoDB refuses: {text}")
    # Everything else may pass: a primary that changes, a password that is being replaced, a full disk.
    # To take it for a refusal would bury good messages.
    return Unavailable(
        code="mongo.unavailable",
        zh="MongoDB 不可用,恢复后自动继续。",
        en=f"MongoDB is not available ({text}); work goes on when it is back.",
    )


_CONFLICTS = {112, 251, 388, 11000}
"""Write conflict, no such transaction, transaction too large for the cache, duplicate key."""
_REFUSALS = {2, 9, 14, 16, 28, 40, 52, 56, 57, 121, 10334, 17280, 17419, 17420}
"""Bad values, types, paths and names of fields, failed validation, documents that are too large."""
