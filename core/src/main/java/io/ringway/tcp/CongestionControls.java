package io.ringway.tcp;

import io.ringway.tcp.bbr.Bbr;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The congestion-control algorithms that can be chosen by name: the built-in ones, to which a new
 * one is added in the list here, and those that a configuration brings.
 */
public final class CongestionControls {
    /** What is used unless something else is configured. */
    public static final String DEFAULT = "cubic";

    /** A connection keeps its choice in four bits. */
    static final int MOST = 16;

    private final CongestionControl[] choices;

    /**
     * The choices of a lane, the configuration's first.
     *
     * @throws IllegalArgumentException when the configuration's name is none of them, or two have
     *     the same
     */
    CongestionControls(CongestionConfig config) {
        List<CongestionControl> all = new ArrayList<>(builtIn());
        for (CongestionControl own : config.added()) {
            String name = own.name();
            if (!name.equals(name.toLowerCase(Locale.ROOT)) || name.isBlank()) {
                throw new IllegalArgumentException(
                        "the name of a congestion control is in small letters; given '"
                                + name
                                + "'");
            }
            if (find(all, name) >= 0) {
                throw new IllegalArgumentException(
                        "there is a congestion control called '" + name + "' already");
            }
            all.add(own);
        }
        if (all.size() > MOST) {
            throw new IllegalArgumentException(
                    "there are " + all.size() + " congestion controls; at most " + MOST);
        }
        all.addFirst(all.remove(indexOf(all, config.algorithm())));
        choices = all.toArray(new CongestionControl[0]);
    }

    /** What comes with Ringway, the default first. */
    private static List<CongestionControl> builtIn() {
        return List.of(new Cubic(), new NewReno(), new Bbr(), new Dctcp());
    }

    /** A lane's choice of this number; 0 is the configuration's. */
    CongestionControl at(int choice) {
        return choices[choice];
    }

    int count() {
        return choices.length;
    }

    /** The number of the choice called {@code name}. */
    int choiceOf(String name) {
        return indexOf(List.of(choices), name);
    }

    /**
     * The built-in algorithm of that name, in whatever case.
     *
     * @throws IllegalArgumentException when there is none; says which there are
     */
    public static CongestionControl byName(String name) {
        List<CongestionControl> all = builtIn();
        return all.get(indexOf(all, name));
    }

    private static int indexOf(List<CongestionControl> all, String name) {
        int index = find(all, name.toLowerCase(Locale.ROOT));
        if (index < 0) {
            throw new IllegalArgumentException(
                    "no congestion control is called '"
                            + name
                            + "'; there are "
                            + String.join(", ", names(all)));
        }
        return index;
    }

    private static int find(List<CongestionControl> all, String name) {
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).name().equals(name)) {
                return i;
            }
        }
        return -1;
    }

    /** The built-in names, the default first. */
    public static List<String> names() {
        return names(builtIn());
    }

    private static List<String> names(List<CongestionControl> all) {
        return all.stream().map(CongestionControl::name).toList();
    }
}
