/** What a network is: its architecture, its parameters, and what it reads of the catalogue. */
package io.seminar.network.model;
