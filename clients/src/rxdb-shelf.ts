/** Where a database of RxDB keeps what the server acknowledged: a storage of its own beside the collections. */
import {
  type RxCollection,
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

/**
 * No collection, because RxDB opens few of them. It goes when the database is removed, and stays when a
 * collection is.
 */
export async function shelfOf({ database, onRemove }: RxCollection<any, any, any, any>): Promise<Shelf> {
  const schema: RxJsonSchema<RxDocumentData<Stored>> = fillWithDefaultSettings<Stored>({
    title: NAME,
    version: 0,
    type: 'object',
    primaryKey: 'place',
    properties: { place: { type: 'string', maxLength: 20 }, kept: { type: 'string' } },
    required: ['place', 'kept'],
    ...(database.password && { encrypted: ['kept'] }),
  });
  const open = () =>
    (database.storage as RxStorage<any, any>).createStorageInstance<Stored>({
      databaseInstanceToken: database.token,
      databaseName: database.name,
      collectionName: NAME,
      schema,
      options: {},
      multiInstance: database.multiInstance,
      password: database.password,
      devMode: overwritable.isDevMode(),
    });
  const opened = await open();
  const instance = getWrappedStorageInstance(database as any, opened, schema);
  database.onClose.push(() => opened.close());
  onRemove.push(async () => {
    if (database.closed) {
      await (await open()).remove();
    }
  });

  const find = async (place: number) => (await instance.findDocumentsById([String(place)], false))[0];
  async function write(place: number, kept: string, isRemoved: boolean): Promise<void> {
    const previous = await find(place);
    if (isRemoved && !previous) {
      return;
    }
    const document: any = previous
      ? { ...previous, kept, _deleted: isRemoved }
      : { place: String(place), kept, _deleted: false, _attachments: {}, _meta: { lwt: 0 }, _rev: '' };
    const { error } = await instance.bulkWrite([{ previous, document }], NAME);
    if (error[0]) {
      throw new Error(`what was acknowledged could not be kept: ${error[0].status}`);
    }
  }
  return {
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
