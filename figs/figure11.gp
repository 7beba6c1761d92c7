# Draws figure11.pdf and figure11.svg: run `gnuplot figure11.gp` in the folder of this file.
set encoding utf8

# CV = 8, 0.6 req/s: centre of the bar, value
$panel1_series1_own << END
-0.3 52.317684715802244
0.7 43.94533144458802
1.7 88.96073658147472
END
$panel1_series2_own << END
-0.1 59.34314860433865
0.9 50.68166061533499
1.9 96.0049177099204
END
$panel1_series3_own << END
0.1 82.9915987029426
1.1 75.67526883491935
2.1 99.921875
END
$panel1_series4_own << END
0.3 88.0867091691664
1.3 80.42493125125955
2.3 99.375
END
# Left end, value and width of each mark
$panel1_marks << END
-0.384 51.8 0.168
-0.184 60.6 0.168
0.016 83.5 0.168
0.216 89.5 0.168
0.616 45.0 0.168
0.816 48.1 0.168
1.016 76.6 0.168
1.216 83.0 0.168
1.616 91.5 0.168
1.816 99.6 0.168
2.016 97.3 0.168
2.216 99.1 0.168
END
# Centre, lower end and length of each error bar
$panel1_error_bars << END
-0.3 49.872365 4.89064
-0.1 57.637357 3.411583
0.1 81.207624 3.56795
0.3 86.388382 3.396653
0.7 36.041517 15.80763
0.9 49.284165 2.794992
1.1 71.360964 8.62861
1.3 77.056228 6.737407
1.7 81.609401 14.70267
1.9 92.238098 7.533639
2.1 99.737139 0.369473
2.3 97.89711 2.95578
END

do for [format in 'pdf svg'] {
  if (format eq 'pdf') {
    set terminal pdfcairo noenhanced font 'DejaVu Sans,9' fontscale 0.75 linewidth 1 size 10in,3.5in
  } else {
    set terminal svg noenhanced font 'DejaVu Sans,9' fontscale 1.333 linewidth 0.7 size 960,336 background '#ffffff'
  }
  set output 'figure11.'.format
  set multiplot
  set style data boxes
  set boxwidth 0.18 absolute
  set border 3 lw 0.7
  set tics nomirror
  set grid ytics lc rgb '#d9d9d9' lw 0.5 dt 1
  unset key
  
  set lmargin at screen 0.061111
  set rmargin at screen 0.991667
  set bmargin at screen 0.079365
  set tmargin at screen 0.793651
  set title 'CV = 8, 0.6 req/s' offset 0,-0.5
  set ylabel 'TTFT SLO attainment (%)' offset 1,0
  set xrange [-0.5:2.5]
  set yrange [0:109.030152]
  set xtics scale 0 font 'DejaVu Sans,8' ('chatbot' 0, 'code' 1, 'summarization' 2)
  set ytics scale 0.5
  unset label
  unset object
  unset arrow
  set label '52.3' at -0.3,58.548774 center font 'DejaVu Sans,6.5' front
  set label '59.3' at -0.1,64.834709 center font 'DejaVu Sans,6.5' front
  set label '83.0' at 0.1,88.561343 center font 'DejaVu Sans,6.5' front
  set label '88.1' at 0.3,93.570805 center font 'DejaVu Sans,6.5' front
  set label '43.9' at 0.7,55.634915 center font 'DejaVu Sans,6.5' front
  set label '50.7' at 0.9,55.864926 center font 'DejaVu Sans,6.5' front
  set label '75.7' at 1.1,83.775343 center font 'DejaVu Sans,6.5' front
  set label '80.4' at 1.3,87.579404 center font 'DejaVu Sans,6.5' front
  set label '89.0' at 1.7,100.097841 center font 'DejaVu Sans,6.5' front
  set label '96.0' at 1.9,103.557506 center font 'DejaVu Sans,6.5' front
  set label '99.9' at 2.1,103.89238 center font 'DejaVu Sans,6.5' front
  set label '99.4' at 2.3,104.638659 center font 'DejaVu Sans,6.5' front
  set object rectangle from screen 0.20484,screen 0.938492 to screen 0.227063,screen 0.970238 front fc rgb '#3b2d82' fs solid 1 border lc rgb '#222222' lw 0.6
  set label 'Serverless vLLM' at screen 0.232618,screen 0.954365 left
  set object rectangle from screen 0.359813,screen 0.938492 to screen 0.382035,screen 0.970238 front fc rgb '#814e01' fs solid 1 border lc rgb '#222222' lw 0.6
  set label 'ServerlessLLM' at screen 0.38759,screen 0.954365 left
  set object rectangle from screen 0.50291,screen 0.938492 to screen 0.525132,screen 0.970238 front fc rgb '#c7b828' fs solid 1 border lc rgb '#222222' lw 0.6
  set label 'HydraServe' at screen 0.530688,screen 0.954365 left
  set object rectangle from screen 0.621632,screen 0.938492 to screen 0.643854,screen 0.970238 front fc rgb '#77e3fd' fs solid 1 border lc rgb '#222222' lw 0.6
  set label 'HydraServe with cache' at screen 0.64941,screen 0.954365 left
  set object rectangle from screen 0.241201,screen 0.878968 to screen 0.263424,screen 0.910714 front fc rgb '#555555' fs solid 1 border lc rgb '#222222' lw 0.6
  set label 'own run (simulated)' at screen 0.268979,screen 0.894841 left
  set arrow from screen 0.414049,screen 0.894841 to screen 0.436271,screen 0.894841 nohead front lc rgb '#000000' lw 1.5
  set label 'paper' at screen 0.441826,screen 0.894841 left
  set arrow from screen 0.507132,screen 0.875 to screen 0.507132,screen 0.914683 nohead back lc rgb '#222222' lw 0.9
  set arrow from screen 0.50366,screen 0.875 to screen 0.510604,screen 0.875 nohead back lc rgb '#222222' lw 0.9
  set arrow from screen 0.50366,screen 0.914683 to screen 0.510604,screen 0.914683 nohead back lc rgb '#222222' lw 0.9
  set label '95 % interval of the mean over seeds' at screen 0.523799,screen 0.894841 left
  plot $panel1_series1_own using 1:2 with boxes fc rgb '#3b2d82' fs solid 1 border lc rgb '#222222' lw 0.6, \
    $panel1_series2_own using 1:2 with boxes fc rgb '#814e01' fs solid 1 border lc rgb '#222222' lw 0.6, \
    $panel1_series3_own using 1:2 with boxes fc rgb '#c7b828' fs solid 1 border lc rgb '#222222' lw 0.6, \
    $panel1_series4_own using 1:2 with boxes fc rgb '#77e3fd' fs solid 1 border lc rgb '#222222' lw 0.6, \
    $panel1_marks using 1:2:3:(0) with vectors nohead lc rgb '#ffffff' lw 4, \
    $panel1_marks using 1:2:3:(0) with vectors nohead lc rgb '#000000' lw 1.5, \
    $panel1_error_bars using 1:2:(0):3 with vectors heads size screen 0.003,90 lc rgb '#ffffff' lw 2.4, \
    $panel1_error_bars using 1:2:(0):3 with vectors heads size screen 0.003,90 lc rgb '#222222' lw 0.9
  unset multiplot
  unset output
}
