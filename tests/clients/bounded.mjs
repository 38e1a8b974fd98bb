// The promise, or a failure that says what was waited for.
export async function bounded(promise, milliseconds, what) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: nothing after ${milliseconds} ms`)), milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

export function expect(condition, what) {
  if (!condition) throw new Error(`expected ${what}`);
}
