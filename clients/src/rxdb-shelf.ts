/** Where a database of RxDB keeps what the server acknowledged: a storage of its own next to the collections. */
import {
  type RxCollection,
  type RxDatabase,
  type RxDocumentData,
  type RxJsonSchema,
  type RxStorage,
  fillWithDefaultSettings,
  getWrappedStorageInstance,
  overwritable,
  prepareQuery,
} from 'rxdb/plugins/core';
import type { Kept, Shelf } from './journal.js';

interface Stored {
  place: string;
  /** As JSON; empty of what was removed. */
  kept: string;
}

const NAME = 'xunfang-kept';

/** Removes it with the database, whichever collection of it was used last. */
export function removeShelfWith({ database, onRemove }: RxCollection<any, any, any, any>): void {
  onRemove.push(async () => {
    if (database.closed && !removed.has(database)) {
      removed.add(database);
      await (await open(database)).opened.remove();
    }
  });
}
const removed = new WeakSet<RxDatabase>();

async function open(database: RxDatabase) {
  const schema: RxJsonSchema<RxDocumentData<Stored>> = fillWithDefaultSettings<Stored>({
    title: NAME,
    version: 0,
    type: 'object',
    primaryKey: 'place',
    properties: { place: { type: 'string', maxLength: 20 }, kept: { type: 'string' } },
    required: ['place', 'kept'],
    ...(database.password && { encrypted: ['kept'] }),
  });
  const opened = await (database.storage as RxStorage<any, any>).createStorageInstance<Stored>({
    databaseInstanceToken: database.token,
    databaseName: database.name,
    collectionName: NAME,
    schema,
    options: {},
    multiInstance: database.multiInstance,
    password: database.password,
    devMode: overwritable.isDevMode(),
  });
  return { opened, schema, instance: getWrappedStorageInstance(database as any, opened, schema) };
}

/**
 * No collection, because RxDB opens few of them. It goes when the database is removed, and stays when a
 * collection is.
 */
export async function shelfOf(database: RxDatabase, isAlone: () => boolean): Promise<Shelf> {
  const { opened, instance, schema } = await open(database);
  database.onClose.push(() => opened.close());

  const find = async (place: string) => (await instance.findDocumentsById([place], false))[0];
  async function write(place: string, kept: string, isRemoved: boolean): Promise<void> {
    const previous = await find(place);
    if (isRemoved && !previous) {
      return;
    }
    const document: any = previous
      ? { ...previous, kept, _deleted: isRemoved }
      : { place, kept, _deleted: false, _attachments: {}, _meta: { lwt: 0 }, _rev: '' };
    const { error } = await instance.bulkWrite([{ previous, document }], NAME);
    if (error[0]) {
      throw new Error(`what was acknowledged could not be kept: ${error[0].status}`);
    }
  }
  return {
    isAlone,
    async all() {
      const query = prepareQuery<RxDocumentData<Stored>>(schema, { selector: { _deleted: { $eq: false } }, sort: [{ place: 'asc' }], skip: 0 } as any);
      const { documents } = await instance.query(query);
      return documents.map(({ kept }) => JSON.parse(kept) as Kept);
    },
    put: (kept) => write(kept.place, JSON.stringify(kept), false),
    async remove(place) {
      await write(place, '', true);
      await instance.cleanup(0);
    },
  };
}
