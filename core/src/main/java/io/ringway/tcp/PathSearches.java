package io.ringway.tcp;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/**
 * The searches of those connections that have one, by number. It costs nothing before the first,
 * and then a reference for each number up to the highest. The lane's.
 */
final class PathSearches {
    private final long raiseNs;
    private @Nullable PathSearch[] searches = {};

    /** No connection has one; see {@link PathConfig#raiseNs}. */
    PathSearches(long raiseNs) {
        this.raiseNs = raiseNs;
    }

    /** The connection's search, or null. */
    @Nullable PathSearch of(int connection) {
        return connection < searches.length ? searches[connection] : null;
    }

    /** Makes one for a connection that has none. */
    PathSearch add(int connection, int limit) {
        PathSearch search = new PathSearch(limit, raiseNs);
        put(connection, search);
        return search;
    }

    /** Gives a connection a search that it has brought along. */
    void put(int connection, PathSearch search) {
        if (connection >= searches.length) {
            int length = Math.max(64, Integer.highestOneBit(connection) << 1);
            searches = Arrays.copyOf(searches, length);
        }
        searches[connection] = search;
    }

    /** The connection is over. */
    void remove(int connection) {
        if (connection < searches.length) {
            searches[connection] = null;
        }
    }
}
