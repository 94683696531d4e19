import { open, rm } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { treeMemoryMib } from './process-usage.js';
import type { Services } from './services.js';
import { median } from './statistics.js';

export interface Machine {
  readonly cpus: number;
  readonly cpuModel: string;
  /** Over 1, 5 and 15 minutes. Above what this run brings with it, others are at work. */
  readonly loadAverage: readonly number[];
  readonly node: string;
  /** What it takes to make 8 KiB durable, the least that a commit waits for. */
  readonly fsyncMs: number;
}

export interface MemoryMib {
  readonly gateway: number;
  readonly temporal: number;
  readonly postgres: number;
}

const pageBytes = 8_192;
const fsyncTries = 50;

export async function describeMachine(loadAverage: readonly number[], dataDir: string): Promise<Machine> {
  const all = cpus();
  const cpuModel = all[0]?.model.trim() ?? 'unknown';
  return { cpus: all.length, cpuModel, loadAverage, node: process.version, fsyncMs: await measureFsync(dataDir) };
}

export function currentLoad(): readonly number[] {
  return loadavg();
}

export function readMemory(services: Services): MemoryMib {
  const { gateway, temporal, postgres } = services.pids();
  return {
    gateway: treeMemoryMib(gateway),
    temporal: treeMemoryMib(temporal),
    postgres: treeMemoryMib(postgres),
  };
}

async function measureFsync(folder: string): Promise<number> {
  const path = join(folder, 'fsync-probe');
  const file = await open(path, 'w');
  const page = Buffer.alloc(pageBytes, 1);
  const times: number[] = [];
  try {
    for (let index = 0; index < fsyncTries; index += 1) {
      const startedAt = performance.now();
      await file.write(page, 0, pageBytes, 0);
      await file.datasync();
      times.push(performance.now() - startedAt);
    }
  } finally {
    await file.close();
    await rm(path, { force: true });
  }
  return median(times);
}
