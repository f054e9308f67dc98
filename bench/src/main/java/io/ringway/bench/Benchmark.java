package io.ringway.bench;

/** A whole-system benchmark: one command, a table, a figure, a file with all samples. */
public interface Benchmark {
    /** What people type. */
    String name();

    /** What it measures, and beside what, in one line. */
    String summary();

    /**
     * Runs it and fills the report.
     *
     * @throws BenchmarkException when this machine cannot run it
     */
    void run(Options options, Report report);
}
