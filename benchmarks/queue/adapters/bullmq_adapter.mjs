// BullMQ as it comes, on ioredis. The protocol is that of harness.py.

import fs from "node:fs";
import { createRequire } from "node:module";
import readline from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

const [role, text] = process.argv.slice(2);
const options = JSON.parse(text);
const require = createRequire(`${process.cwd()}/`); // the packages are in the environment's folder, not beside this file
const { Queue, Worker } = require("bullmq");

const CHUNK = 1000;
const TEXT = "x".repeat(50);
const { hostname: host, port } = new URL(options.url);
const connection = { host, port: Number(port), maxRetriesPerRequest: null };
const say = (event, facts = {}) => console.log(JSON.stringify({ event, ...facts }));
const nowUs = () => Math.round((performance.timeOrigin + performance.now()) * 1000);

async function produce() {
  const queue = new Queue(options.queues[0], { connection });
  const jobs = [];
  for (let number = -options.warm_up; number < options.jobs; number += 1) {
    jobs.push({ name: "handle", data: { number, sent: 0, sleep_ms: options.sleep_ms, text: TEXT } });
  }
  const warmUp = jobs.splice(0, options.warm_up);
  await queue.waitUntilReady();
  if (warmUp.length) await queue.addBulk(warmUp);
  const started = performance.now();
  if (options.bulk) {
    for (let at = 0; at < jobs.length; at += CHUNK) await queue.addBulk(jobs.slice(at, at + CHUNK));
  } else {
    for (const { name, data } of jobs) {
      if (options.gap_ms) {
        await sleep(options.gap_ms);
        data.sent = nowUs();
      }
      await queue.add(name, data);
    }
  }
  say("produced", { seconds: (performance.now() - started) / 1000 });
  process.exit(0);
}

async function work() {
  // Node has no memory-mapped files: a record is one write, two for jobs that take time
  const file = fs.openSync(`${options.records}/${process.pid}.records`, "w");
  const record = new Float64Array(4);
  let next = 0;

  const handle = async ({ data: { number, sent, sleep_ms } }) => {
    const at = next++ * record.byteLength;
    const now = nowUs();
    record.set([number, sent, now, sleep_ms ? 0 : now]);
    fs.writeSync(file, record, 0, record.byteLength, at);
    if (!sleep_ms) return;
    await sleep(sleep_ms);
    record[3] = nowUs();
    fs.writeSync(file, record, 24, 8, at + 24);
  };
  const workers = options.queues.map(
    (name) => new Worker(name, handle, { connection, concurrency: options.concurrency }),
  );
  for (const worker of workers) worker.on("error", (error) => console.error(error.message));
  await Promise.all(workers.map((worker) => worker.waitUntilReady()));
  say("ready");
}

say("loaded", { version: require("bullmq/package.json").version });
const lines = readline.createInterface({ input: process.stdin });
lines.once("line", role === "produce" ? produce : work);
lines.on("close", () => process.exit(0)); // the runner has gone
