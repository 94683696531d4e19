import { parentPort, workerData } from 'node:worker_threads';
import { type PriceData, readPriceData } from './read-price-data.js';

// The thread in which newer price data is read. What comes in: the data; what goes out: its offers, or why there are none.

try {
  parentPort?.postMessage({ offers: readPriceData(workerData as PriceData) });
} catch (error) {
  parentPort?.postMessage({ problem: (error as Error).message });
}
