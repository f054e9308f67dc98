package io.ringway.bench.kernel;

/** A server that the client is pointed at. */
enum Side {
    RINGWAY("Ringway over TAP", "198.18.0.2"),
    VETH("kernel over veth", "198.18.1.2"),
    LOOPBACK("kernel over loopback", "127.0.0.1");

    private final String label;
    private final String address;

    Side(String label, String address) {
        this.label = label;
        this.address = address;
    }

    String label() {
        return label;
    }

    String address() {
        return address;
    }
}
