package io.ringway.tcp;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The congestion-control algorithms by name. A new one is added to the list here. */
public final class CongestionControls {
    /** What is used unless something else is configured. */
    public static final String DEFAULT = "cubic";

    private static final CongestionControl[] ALL = {new Cubic(), new NewReno()};

    private CongestionControls() {}

    /**
     * The algorithm of that name, in whatever case.
     *
     * @throws IllegalArgumentException when there is none; says which there are
     */
    public static CongestionControl byName(String name) {
        String wanted = name.toLowerCase(Locale.ROOT);
        for (CongestionControl control : ALL) {
            if (control.name().equals(wanted)) {
                return control;
            }
        }
        throw new IllegalArgumentException(
                "no congestion control is called '"
                        + name
                        + "'; there are "
                        + String.join(", ", names()));
    }

    /** The names, the default first. */
    public static List<String> names() {
        return Arrays.stream(ALL).map(CongestionControl::name).toList();
    }
}
