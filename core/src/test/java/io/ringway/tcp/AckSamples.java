package io.ringway.tcp;

/** Samples for the tests of congestion control. */
final class AckSamples {
    private AckSamples() {}

    /** One outside of recovery that acknowledged and delivered {@code octets}. */
    static AckSample acked(int octets, boolean isLimited) {
        AckSample sample = new AckSample();
        sample.clear();
        sample.ackedOctets = octets;
        sample.deliveredOctets = octets;
        sample.isLimited = isLimited;
        return sample;
    }
}
