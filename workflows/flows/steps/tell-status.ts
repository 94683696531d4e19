import { defineSearchAttributeKey } from '@temporalio/common';
import { upsertSearchAttributes } from '@temporalio/workflow';
import type { RequestResult } from '../../contracts/requests.js';
import { searchAttributeNames } from '../../contracts/search-attributes.js';

const vendorKey = defineSearchAttributeKey(searchAttributeNames.vendor, 'KEYWORD');
const modelKey = defineSearchAttributeKey(searchAttributeNames.model, 'KEYWORD');
const statusKey = defineSearchAttributeKey(searchAttributeNames.status, 'KEYWORD');

/** Makes the result findable in Temporal's UI; costs no task of its own, because it goes out with the flow's last one. */
export function tellStatus(result: RequestResult): RequestResult {
  const { status, vendor, model } = result;
  upsertSearchAttributes([
    { key: statusKey, value: status },
    ...(vendor === undefined ? [] : [{ key: vendorKey, value: vendor }]),
    ...(model === undefined ? [] : [{ key: modelKey, value: model }]),
  ]);
  return result;
}
